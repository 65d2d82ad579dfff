using System.Net;
using System.Text;
using EventBus.Tests.Fixtures;

namespace EventBus.Tests.Standalone;

/// <summary>The built program, as a newcomer starts it.</summary>
public sealed class StandaloneTests
{
    const string Sample = """{"type":"APPOINTMENT_CREATED","target":"a-1"}""";

    [Fact]
    public async Task It_says_where_to_send_takes_an_event_there_and_delivers_it()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var program = HostProcess.Start("EventBus.Standalone", ["--urls", "http://127.0.0.1:0"], [
            ("EventBus__Endpoints__0__Name", "mine"),
            ("EventBus__Endpoints__0__Url", receiver.Url.ToString()),
            ("EventBus__Endpoints__0__Events__0", "canvas.#"),
        ]);
        var url = await program.UrlAsync();
        await program.UntilAsync(line => line.Contains($"curl -i {url}/v1/canvas", StringComparison.Ordinal));
        await program.UntilAsync(line => line.Contains("mine: http://127.0.0.1", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync(url, Sample));
        await receiver.UntilAsync(1);
        Assert.Equal(0, await program.StopAsync());
    }

    [Fact]
    public async Task What_was_accepted_and_not_delivered_yet_is_delivered_after_the_process_was_killed()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (_, context) =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        (string, string)[] settings =
        [
            ("EventBus__Endpoints__0__Name", "mine"),
            ("EventBus__Endpoints__0__Url", receiver.Url.ToString()),
            ("EventBus__Endpoints__0__Events__0", "canvas.task.#"),
            ("EventBus__Endpoints__0__RetrySchedule__0", "00:00:00.500"),
            ("EventBus__Endpoints__0__RetrySchedule__1", "00:10:00"),
        ];
        await using var program = HostProcess.Start("EventBus.Standalone", ["--urls", "http://127.0.0.1:0"], settings);
        var url = await program.UrlAsync();
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync(url, """{"type":"TASK_CREATED","target":"t-1"}"""));
        await receiver.UntilAsync(1);
        await program.KillAsync();

        receiver.Answer = (_, _) => Task.CompletedTask;
        await using var again = HostProcess.Start("EventBus.Standalone", ["--urls", "http://127.0.0.1:0"], settings, program.Directory);
        var deliveries = await receiver.UntilAsync(2);
        Assert.Equal(deliveries[0].Headers["webhook-id"], deliveries[1].Headers["webhook-id"]);
        Assert.Equal("1", deliveries[1].Headers["eventbus-sequence"]);
    }

    [Fact]
    public async Task The_demo_moves_by_itself()
    {
        await using var program = HostProcess.Start("EventBus.Standalone", ["--demo", "--urls", "http://127.0.0.1:0"], []);
        foreach (var source in (string[])["canvas", "careportals", "smartflowsheet"])
        {
            await program.UntilAsync(line => line.Contains($"sent             {source}", StringComparison.Ordinal));
            await program.UntilAsync(line => line.Contains($"  {source}.", StringComparison.Ordinal) && line.EndsWith("signature ok", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("EventBus.Standalone", "EventBus__Endpoints__0__Url", "ftp://x", "EventBus:Endpoints:0:Url", "EventBus__Endpoints__0__Url=https://")]
    [InlineData("EventBus.Standalone", "EventBus__Transport", "pigeon", "EventBus:Transport", "EventBus__Transport=rabbitmq")]
    [InlineData("EventBus.Standalone", "EventBus__DataDirectory", "/dev/null/x", "EventBus:DataDirectory", "EventBus__DataDirectory=")]
    [InlineData("EventBus.Gateway", "EventBus__Gateway__MaxBodyBytes", "1", "EventBus:Gateway:MaxBodyBytes", "EventBus__Gateway__MaxBodyBytes=1048576")]
    [InlineData("EventBus.Gateway", "EventBus__Gateway__MaxBodyBytes", "much", "EventBus:Gateway:MaxBodyBytes", "")]
    [InlineData("EventBus.Gateway", "EventBus__Gateway__MaxBodyByte", "1048576", "EventBus:Gateway:MaxBodyByte is no setting", "EventBus__Gateway__MaxBodyBytes")]
    [InlineData("EventBus.Gateway", "EventBus__Keys__0__Tenent", "clinic", "EventBus:Keys:0:Tenent is no setting", "EventBus__Keys__0__Tenant")]
    [InlineData("EventBus.Consumers.Webhooks", "EventBus__Consumers__Partition", "4", "EventBus:Consumers:Partition is no setting", "EventBus__Consumers__Partitions")]
    [InlineData("EventBus.Consumers.Archive", "EventBus__Alerts__Smtp__Hots", "mail.example", "EventBus:Alerts:Smtp:Hots is no setting", "EventBus__Alerts__Smtp__Host")]
    [InlineData("EventBus.Gateway", "EventBus__Keys__0__Hash", "secret", "EventBus:Keys:0:Hash", "keys create")]
    [InlineData("EventBus.Gateway", "ASPNETCORE_URLS", "http://0.0.0.0:0", "EventBus:Keys", "keys create")]
    [InlineData("EventBus.Gateway", "ASPNETCORE_URLS", "localhost:8080", "ASPNETCORE_URLS", "ASPNETCORE_URLS=http://127.0.0.1:8080")]
    [InlineData("EventBus.Consumers.Webhooks", "EventBus__RabbitMq__Port", "0", "EventBus:RabbitMq:Port", "EventBus__RabbitMq__Port=5672")]
    [InlineData("EventBus.Consumers.Appointments", "EventBus__Delivery__CircuitPause", "00:00:00", "EventBus:Delivery:CircuitPause", "EventBus__Delivery__CircuitPause=")]
    public async Task A_wrong_setting_stops_the_start_and_names_its_key_with_an_example(string host, string variable, string value, string key, string example)
    {
        await using var program = HostProcess.Start(host, [], [("ASPNETCORE_URLS", "http://127.0.0.1:0"), (variable, value)]);
        Assert.Equal(78, await program.ExitCodeAsync());
        Assert.Contains(key, program.Output, StringComparison.Ordinal);
        Assert.Contains(example, program.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", program.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--demoo")]
    [InlineData("demo")]
    [InlineData("--help", "--demo")]
    public async Task An_argument_that_it_does_not_know_stops_the_start(params string[] arguments)
    {
        await using var program = HostProcess.Start("EventBus.Standalone", arguments, [("ASPNETCORE_URLS", "http://127.0.0.1:0")]);
        Assert.Equal(78, await program.ExitCodeAsync());
        Assert.Contains($"{arguments[0]} is no setting with a value: it takes --demo", program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_is_taken_is_named_with_what_gives_another()
    {
        await using var other = await Receiver.StartAsync();
        var taken = other.Url.GetLeftPart(UriPartial.Authority);
        await using var program = HostProcess.Start("EventBus.Standalone", ["--urls", "http://127.0.0.1:0"], [("EventBus__Console__Url", taken)]);
        Assert.Equal(71, await program.ExitCodeAsync());
        var said = program.Output.Split('\n').Single(l => l.StartsWith("EventBus cannot start: ", StringComparison.Ordinal));
        Assert.Contains(taken, said, StringComparison.Ordinal);
        Assert.Contains("EventBus__Console__Url", said, StringComparison.Ordinal);
    }

    static async Task<HttpStatusCode> PostAsync(string url, string body)
    {
        using var http = new HttpClient();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(new Uri($"{url}/v1/canvas"), content);
        return response.StatusCode;
    }
}
