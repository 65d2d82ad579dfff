using System.Net;
using EventBus.Contracts;
using EventBus.Storage;
using EventBus.Tests.Fixtures;
using Dapper;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.CommandLifecycle;

/// <summary>Commands, from Canvas's own requests to the events that tell what became of them.</summary>
public sealed class CommandLifecycleTests(RabbitMqFixture broker)
{
    const string Note = "11111111-1111-4111-8111-111111111111";
    const string Patient = "0decaf00000040008000000000000001";

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task A_committed_command_is_told_of_once_with_its_fields_edits_and_duration(TestTransport transport)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await BusHost.StartAsync(transport, broker, b => Configure(b, receiver));
        await SendAsync(host, "c1", "PLAN_COMMAND__POST_ORIGINATE", """{"narrative":""}""");
        await SendAsync(host, "c1", "POST_COMMAND_ORIGINATE", """{"narrative":""}""");
        foreach (var text in (string[])["a", "ab"])
        {
            await SendAsync(host, "c1", "POST_COMMAND_UPDATE", $$"""{"narrative":"{{text}}"}""");
            await SendAsync(host, "c1", "PLAN_COMMAND__POST_UPDATE", $$"""{"narrative":"{{text}}"}""");
        }

        await SendAsync(host, "c1", "PLAN_COMMAND__POST_COMMIT", """{"narrative":"abc","more":[1,null]}""");
        await SendAsync(host, "c1", "POST_COMMAND_COMMIT", """{"narrative":"abc","more":[1,null]}""");
        await SendAsync(host, "c2", "PLAN_COMMAND__POST_DELETE", "{}");
        await SendAsync(host, "c2", "PLAN_COMMAND__POST_COMMIT", "{}");

        var told = (await receiver.UntilAsync(2)).Select(d => EventJson.Parse(d.Body)).OrderBy(e => e.Type, StringComparer.Ordinal).ToList();
        await UntilSettledAsync(host, 12);
        Assert.Equal(2, receiver.Deliveries.Count);
        Assert.Equal([EventTypes.EventBus.CommandCompleted, EventTypes.EventBus.CommandIrregular], told.Select(e => e.Type));
        Assert.All(told, e => Assert.Equal("application/json", e.DataContentType));
        var completed = Assert.IsType<CommandEvent>(told[0]);
        Assert.Equal(("c1", Note, Patient, Patient), (completed.CommandId, completed.NoteId, completed.PatientId, completed.Subject));
        var data = completed.Data!.Value;
        Assert.Equal("""{"narrative":"abc","more":[1,null]}""", data.GetProperty("context").GetProperty("fields").GetRawText());
        Assert.Equal(("plan", 2), (data.GetProperty("command").GetString(), data.GetProperty("edits").GetInt32()));
        Assert.True(data.GetProperty("duration_ms").GetInt64() >= 0);
        Assert.Equal(("c2", "commit"), (((CommandEvent)told[1]).CommandId, told[1].Data!.Value.GetProperty("action").GetString()));
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task What_stalls_is_told_of_when_its_time_has_come_also_after_a_restart(TestTransport transport)
    {
        await using var receiver = await Receiver.StartAsync();
        var settings = await BusHost.SharedAsync(transport, broker);
        using var data = new TempDirectory();
        var clock = new ShiftedClock();
        void Shifted(BusHostBuilder b) => Configure(b.With("EventBus:DataDirectory", data.FullName).WithService<TimeProvider>(clock), receiver);
        await using (var host = await BusHost.StartAsync(settings, Shifted))
        {
            await SendAsync(host, "c1", "PLAN_COMMAND__POST_ORIGINATE", "{}");
            await SendAsync(host, "c1", "PLAN_COMMAND__PRE_COMMIT", "{}");
            await SendAsync(host, "c2", "PLAN_COMMAND__POST_ORIGINATE", "{}");
            await SendAsync(host, "c2", "PLAN_COMMAND__PRE_COMMIT", "{}");
            await SendAsync(host, "c2", "PLAN_COMMAND__POST_COMMIT", "{}");
            await UntilSettledAsync(host, 6);
        }

        Assert.Equal([EventTypes.EventBus.CommandCompleted], await TypesAsync(receiver, 1));
        await using (var host = await BusHost.StartAsync(settings, Shifted))
        {
            clock.Shift = TimeSpan.FromSeconds(61);
            Assert.Equal([EventTypes.EventBus.CommandCompleted, EventTypes.EventBus.CommandStalled], await TypesAsync(receiver, 2));
            clock.Shift = TimeSpan.FromHours(25);
            Assert.Equal([EventTypes.EventBus.CommandCompleted, EventTypes.EventBus.CommandStalled, EventTypes.EventBus.CommandStalled], await TypesAsync(receiver, 3));
            await UntilSettledAsync(host, 8);
        }

        Assert.Equal(["commit", "originate"], receiver.Deliveries.Skip(1).Select(d => EventJson.Parse(d.Body).Data!.Value.GetProperty("action").GetString()!));
        Assert.Equal(3, receiver.Deliveries.Count);
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task What_was_refused_before_it_happened_does_not_stall(TestTransport transport)
    {
        await using var receiver = await Receiver.StartAsync();
        var clock = new ShiftedClock();
        await using var host = await BusHost.StartAsync(transport, broker, b => Configure(b.WithService<TimeProvider>(clock).WithConsumer<RefusingConsumer>(), receiver));
        await host.UntilRespondingAsync(new CommandEvent { Source = "canvas", Type = "canvas.command.plan.pre_commit" }, 1);
        await SendAsync(host, "c1", "PLAN_COMMAND__PRE_COMMIT", "{}", HttpStatusCode.BadRequest);
        await SendAsync(host, "c2", "PLAN_COMMAND__PRE_DELETE", "{}");
        await UntilSettledAsync(host, 2);
        clock.Shift = TimeSpan.FromSeconds(61);

        await receiver.UntilAsync(1);
        await UntilSettledAsync(host, 3, clock.GetUtcNow());
        Assert.Equal("c2", Assert.IsType<CommandEvent>(EventJson.Parse(Assert.Single(receiver.Deliveries).Body)).CommandId);
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task A_replay_adds_nothing(TestTransport transport)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await BusHost.StartAsync(transport, broker, b => Configure(b.WithArchive(), receiver));
        await SendAsync(host, "c1", "PLAN_COMMAND__POST_COMMIT", "{}");
        await receiver.UntilAsync(1);
        IReadOnlyList<LoggedEvent> archived = [];
        await Eventually.TrueAsync(async () => (archived = await host.Services.GetRequiredService<EventArchive>().ReadAsync(0, 10, TestContext.Current.CancellationToken)).Count == 2, "both events are archived");
        var again = archived.Select(a => EventJson.Parse(a.Body)).Single(e => e.Type != EventTypes.EventBus.CommandCompleted).WithExtension(CloudEvent.ReplayName, "r");
        await host.Services.GetRequiredService<EventBus.Publisher.IEventPublisher>().PublishAsync(again);
        await UntilSettledAsync(host, 3);

        Assert.Single(receiver.Deliveries);
    }

    /// <summary>Texts that senders cut in the middle of a character, and JSON as deep as the gateway takes it.</summary>
    [Fact]
    public async Task Whatever_fields_the_gateway_takes_are_told_of_as_they_came()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await BusHost.StartInMemoryAsync(b => Configure(b, receiver));
        var fields = $$"""{"narrative":"cut \ud83d","deep":{{new string('[', 61)}}{{new string(']', 61)}}}""";
        await SendAsync(host, "c1", "PLAN_COMMAND__POST_COMMIT", fields);

        var told = EventJson.Parse((await receiver.UntilAsync(1))[0].Body);
        Assert.Equal(EventTypes.EventBus.CommandCompleted, told.Type);
        Assert.Equal(fields, told.Data!.Value.GetProperty("context").GetProperty("fields").GetRawText());
    }

    static void Configure(BusHostBuilder builder, Receiver receiver) => builder
        .WithConsumers()
        .With("EventBus:CommandLifecycle:Settle", "00:00:00.300")
        .WithEndpoint(0, "told", receiver.Url, ("Events:0", "eventbus.command.#"));

    static async Task SendAsync(BusHost host, string command, string type, string fields, HttpStatusCode expected = HttpStatusCode.Accepted)
    {
        using var response = await host.PostAsync(
            "/v1/canvas", $$$"""{"type":"{{{type}}}","target":"{{{command}}}","context":{"note":{"uuid":"{{{Note}}}"},"patient":{"id":"{{{Patient}}}"},"fields":{{{fields}}}}}""");
        Assert.Equal(expected, response.StatusCode);
    }

    static async Task<IReadOnlyList<string>> TypesAsync(Receiver receiver, int count) => [.. (await receiver.UntilAsync(count)).Select(d => EventJson.Parse(d.Body).Type)];

    /// <summary>Waits until so many events are handled, the consumer's own among them, and no timer is due.</summary>
    static Task UntilSettledAsync(BusHost host, int handled, DateTimeOffset? due = null) => Eventually.TrueAsync(
        async () => await CountAsync(host, "SELECT count(*) FROM deliveries WHERE consumer = 'command-lifecycle' AND endpoint = '' AND state <> 0") >= handled
            && await CountAsync(host, "SELECT count(*) FROM deliveries WHERE state = 0") == 0
            && await CountAsync(host, $"SELECT count(*) FROM timers WHERE name = 'settled' OR due_at <= {due?.ToUnixTimeMilliseconds() ?? 0}") == 0
            && await CountAsync(host, "SELECT count(*) FROM outbox") == 0,
        "everything has settled");

    static async Task<long> CountAsync(BusHost host, string sql)
    {
        await using var connection = await host.Services.GetRequiredService<Database>().ConnectAsync();
        return await connection.QuerySingleAsync<long>(sql);
    }
}
