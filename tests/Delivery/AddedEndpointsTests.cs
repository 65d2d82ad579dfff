using Dapper;
using EventBus.Delivery;
using EventBus.Operations;
using EventBus.Operations.Access;
using EventBus.Storage;
using EventBus.Tests.Fixtures;
using EventBus.Tests.Gateway;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Delivery;

/// <summary>Endpoints that operators add while everything runs, on both homes of the storage and both transports.</summary>
public sealed class AddedEndpointsTests(RabbitMqFixture broker, PostgresFixture postgres)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task An_endpoint_is_added_changed_disabled_and_removed_without_a_restart(TestTransport transport)
    {
        await using var first = await Receiver.StartAsync();
        await using var second = await Receiver.StartAsync();
        await using var host = await StartAsync(transport);
        var desk = Desk(host);
        await desk.AddAsync(Actor.CommandLine, "added", Settings(first.Url, "canvas.task.#"), Token);
        await UntilAskedAsync(host, "canvas.task.#");
        await SendAsync(host, "TASK_CREATED", "one");
        Assert.Equal("one", Target(Assert.Single(await first.UntilAsync(1))));

        // Elsewhere, and more of it: what nobody asked for before is bound for now.
        await desk.EditAsync(Actor.CommandLine, "added", new Dictionary<string, string?>(StringComparer.Ordinal) { ["Url"] = second.Url.ToString(), ["Events:0"] = "canvas.task.#", ["Events:1"] = "*.appointment.#" }, Token);
        await UntilAskedAsync(host, "*.appointment.#");
        await SendAsync(host, "APPOINTMENT_CREATED", "two");
        Assert.Equal("two", Target(Assert.Single(await second.UntilAsync(1))));
        Assert.Single(first.Deliveries);

        // It takes nothing more, so that something waits when it is disabled.
        var takes = second.Answer;
        second.Answer = (_, context) =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        await SendAsync(host, "TASK_CREATED", "waits");
        await Eventually.TrueAsync(async () => (await SummaryAsync(host))?.Waiting > 0, "an event waits");
        await new Endpoints(host.Services.GetRequiredService<Database>(), TimeProvider.System).SetStateAsync(Actor.CommandLine, "added", EndpointState.Disabled, "a test");
        Assert.Equal(EndpointState.Disabled, (await SummaryAsync(host))!.State);
        Assert.True(await desk.RemoveAsync(Actor.CommandLine, "added", "a test") > 0);
        Assert.Null(await SummaryAsync(host));
        await Eventually.TrueAsync(() => !host.Services.GetRequiredService<EndpointTargets>().Of(DeliveringConsumers.Webhooks).Any(), "it is gone");
        second.Answer = takes;
        await desk.AddAsync(Actor.CommandLine, "added", Settings(second.Url, "canvas.task.#"), Token);
        await UntilAskedAsync(host, "canvas.task.#");
        await SendAsync(host, "TASK_CREATED", "three");
        await Eventually.TrueAsync(() => second.Deliveries.Any(d => Target(d) == "three"), "it delivers again");
    }

    [Fact]
    public async Task Whether_anybody_asks_for_a_type_follows_the_endpoints()
    {
        await using var host = await StartAsync(TestTransport.Memory);
        var (desk, targets) = (Desk(host), host.Services.GetRequiredService<EndpointTargets>());
        await SendAsync(host, "TASK_CREATED", "before");
        await desk.AddAsync(Actor.CommandLine, "added", Settings(new Uri("http://127.0.0.1:9/"), "canvas.task.#"), Token);
        await UntilAskedAsync(host, "canvas.task.#");
        await SendAsync(host, "TASK_CREATED", "during");
        await desk.RemoveAsync(Actor.CommandLine, "added", "a test");
        await Eventually.TrueAsync(() => targets.Of(DeliveringConsumers.Webhooks).Count == 0, "it is gone");
        await SendAsync(host, "TASK_CREATED", "after");

        await using var connection = await host.Services.GetRequiredService<Database>().ConnectAsync(Token);
        Assert.Equal([1, 0, 1], await connection.QueryAsync<int>("SELECT unrouted FROM events WHERE type = 'canvas.task.created' ORDER BY position"));
    }

    [Fact]
    public async Task One_that_is_removed_at_once_does_not_come_back()
    {
        await using var host = await StartAsync(TestTransport.Memory);
        var desk = Desk(host);
        var targets = host.Services.GetRequiredService<EndpointTargets>();
        await desk.AddAsync(Actor.CommandLine, "brief", Settings(new Uri("http://127.0.0.1:9/"), "canvas.order.#"), Token);
        await Eventually.TrueAsync(() => targets.Of(DeliveringConsumers.Webhooks).Count == 1, "it is there");
        await desk.RemoveAsync(Actor.CommandLine, "brief", null);
        await desk.AddAsync(Actor.CommandLine, "added", Settings(new Uri("http://127.0.0.1:9/"), "#"), Token);
        await UntilAskedAsync(host, "#");

        await Eventually.TrueAsync(
            async () => (await new KnownConsumers(host.Services.GetRequiredService<Database>(), TimeProvider.System).ListAsync(Token)).Single(c => c is { Name: "webhooks", Endpoint: "" }).Patterns == "#", "what is asked for is written anew");
        Assert.Equal("added", Assert.Single(await new Endpoints(host.Services.GetRequiredService<Database>(), TimeProvider.System).ListAsync(Token)).Name);
    }

    [Fact]
    public async Task It_is_there_after_a_restart_before_the_first_event()
    {
        await using var receiver = await Receiver.StartAsync();
        using var data = new TempDirectory();
        await using (var host = await StartAsync(TestTransport.Memory, data))
        {
            await Desk(host).AddAsync(Actor.CommandLine, "added", Settings(receiver.Url, "#"), Token);
            await UntilAskedAsync(host, "#");
        }

        await using var again = await StartAsync(TestTransport.Memory, data);
        await SendAsync(again, "TASK_CREATED", "one");
        await receiver.UntilAsync(1);
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task Both_secrets_count_for_a_while_after_a_rotation_by_the_library_of_Standard_Webhooks(TestTransport transport)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await StartAsync(transport);
        var desk = Desk(host);
        var before = await desk.AddAsync(Actor.CommandLine, "added", Settings(receiver.Url, "#"), Token);
        await UntilAskedAsync(host, "#");
        var after = await desk.RotateAsync(Actor.CommandLine, "added", EndpointDesk.Overlap);
        var both = await UntilSignedAsync(host, receiver, 2);
        Assert.Equal(("valid", "valid"), (await NpmInteropTests.VerifyAsync(before, both), await NpmInteropTests.VerifyAsync(after, both)));

        var last = await desk.RotateAsync(Actor.CommandLine, "added", TimeSpan.Zero);
        var one = await UntilSignedAsync(host, receiver, 1);
        Assert.Equal(("invalid", "invalid", "valid"), (await NpmInteropTests.VerifyAsync(before, one), await NpmInteropTests.VerifyAsync(after, one), await NpmInteropTests.VerifyAsync(last, one)));
    }

    [Fact]
    public async Task What_is_wrong_is_said_and_secrets_are_shown_once()
    {
        await using var host = await StartAsync(TestTransport.Memory);
        var desk = Desk(host);
        async Task RefusedAsync(string words, string name, params (string Key, string Value)[] settings) => Assert.Contains(
            words,
            (await Assert.ThrowsAsync<OperationRefusedException>(() => desk.AddAsync(Actor.CommandLine, name, settings.ToDictionary(s => s.Key, s => s.Value, StringComparer.Ordinal), Token))).Message,
            StringComparison.Ordinal);
        await RefusedAsync("Url is missing", "a", ("Events:0", "#"));
        await RefusedAsync("Events is missing", "a", ("Url", "https://93.184.215.14/"));
        await RefusedAsync("Colour is no setting", "a", ("Url", "https://93.184.215.14/"), ("Events:0", "#"), ("Colour", "blue"));
        await RefusedAsync("the secret is made", "a", ("Url", "https://93.184.215.14/"), ("Events:0", "#"), ("Secret", "x"));
        await RefusedAsync("not https", "a", ("Url", "http://93.184.215.14/"), ("Events:0", "#"));
        await RefusedAsync("not public", "a", ("Url", "https://169.254.169.254/"), ("Events:0", "#"));
        await RefusedAsync("in the configuration", "a", ("Url", "https://93.184.215.14/"), ("Consumer", "Workflows"));

        var secret = await desk.AddAsync(Actor.CommandLine, "a", new Dictionary<string, string>(StringComparer.Ordinal) { ["Url"] = "https://93.184.215.14/", ["Events:0"] = "#", ["Headers:X-Key"] = "hidden" }, Token);
        var facts = (await desk.FindAsync("a", Token))!;
        Assert.DoesNotContain(facts.Settings.Values, v => v == secret || v == "hidden");
        await RefusedAsync("There is an endpoint a already", "a", ("Url", "https://93.184.215.14/"), ("Events:0", "#"));
        var order = await Assert.ThrowsAsync<OperationRefusedException>(() => desk.EditAsync(Actor.CommandLine, "a", new Dictionary<string, string?>(StringComparer.Ordinal) { ["Order"] = "supersede" }, Token));
        Assert.Contains("stays as it is", order.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<OperationRefusedException>(() => desk.RotateAsync(Actor.CommandLine, "none", EndpointDesk.Overlap));
        Assert.DoesNotContain(host.Log.Lines, l => l.Contains(secret, StringComparison.Ordinal) || l.Contains("93.184.215.14", StringComparison.Ordinal));
    }

    /// <summary>On the broker with PostgreSQL, in memory with SQLite.</summary>
    async Task<BusHost> StartAsync(TestTransport transport, TempDirectory? data = null)
    {
        var storage = transport == TestTransport.RabbitMq ? await postgres.NewDatabaseAsync() : data is null ? [] : [new("EventBus:DataDirectory", data.FullName)];
        return await BusHost.StartAsync(transport, broker, b =>
        {
            b.With("EventBus:Delivery:AllowedNetworks:0", "127.0.0.0/8").WithConsumers();
            foreach (var (key, value) in storage)
            {
                b.With(key, value);
            }
        });
    }

    static EndpointDesk Desk(BusHost host) => new(host.Services.GetRequiredService<Database>(), host.Services.GetRequiredService<AddressGuard>(), TimeProvider.System);

    static Dictionary<string, string> Settings(Uri url, string events) => new(StringComparer.Ordinal) { ["Url"] = url.ToString(), ["Events:0"] = events };

    static async Task<EndpointSummary?> SummaryAsync(BusHost host) =>
        (await new Endpoints(host.Services.GetRequiredService<Database>(), TimeProvider.System).ListAsync(Token)).FirstOrDefault(e => e.Name == "added");

    static Task UntilAskedAsync(BusHost host, string pattern) => Eventually.TrueAsync(
        async () => (await new KnownConsumers(host.Services.GetRequiredService<Database>(), TimeProvider.System).ListAsync(Token)).Any(c => c.Endpoint == "added" && c.Patterns.Split('\n').Contains(pattern)),
        "the endpoint is known by what it asks for");

    /// <summary>Sends until a delivery has so many signatures: a change is seen within seconds.</summary>
    static async Task<Fixtures.Delivery> UntilSignedAsync(BusHost host, Receiver receiver, int signatures)
    {
        Fixtures.Delivery? found = null;
        await Eventually.TrueAsync(
            async () =>
            {
                receiver.Deliveries.Clear();
                await SendAsync(host, "TASK_CREATED", "signed");
                found = (await receiver.UntilAsync(1))[0];
                return found.Headers["webhook-signature"].Split(' ').Length == signatures;
            },
            $"a delivery has {signatures} signatures");
        return found!;
    }

    static string? Target(Fixtures.Delivery delivery) => System.Text.Json.JsonElement.Parse(delivery.Body).GetProperty("data").GetProperty("target").GetString();

    static async Task SendAsync(BusHost host, string type, string target)
    {
        using var response = await host.PostAsync("/v1/canvas", $$"""{"type":"{{type}}","target":"{{target}}"}""");
        Assert.True(response.IsSuccessStatusCode);
    }
}
