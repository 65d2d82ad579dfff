using EventBus.Operations;
using EventBus.Operations.Alerts;
using EventBus.Operations.Audit;
using EventBus.Operations.Broker;
using EventBus.Operations.Overview;
using EventBus.Publisher.Transport;
using EventBus.Storage;
using EventBus.Storage.Workflows;
using EventBus.TestServices;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EventBus.Bench.Pages;

/// <summary>What the pages of the Console ask the storage, and what counts in the background.</summary>
/// <param name="Name">The page, and what is looked for.</param>
/// <param name="Ask">Asks it.</param>
sealed record PageQuery(string Name, Func<Task> Ask)
{
    const int PageSize = 50;

    public static IReadOnlyList<PageQuery> Of(Database database, long count)
    {
        var time = TimeProvider.System;
        var (events, history, desk, endpoints, trends) = (new EventQuery(database), new EventHistory(database), new DeadLetterDesk(database, time), new Endpoints(database, time), new DeadLetterTrends(database, time));
        var (ledger, minutes) = (new RunningLedger(new Ledger(database), rest: 0), new Minutes(database, time));
        var now = DateTimeOffset.UtcNow;
        var middle = now.AddMilliseconds(-SeededArchive.MillisecondsApart * count / 2);
        PageQuery Search(string what, EventFilter filter) => new($"events: {what}", () => events.SearchAsync(filter, null, PageSize));
        return
        [
            new("overview", async () =>
            {
                using var room = new SituationRoom(database, time);
                await room.LookAsync();
            }),
            new("overview: the day", () => minutes.ReadAsync(now.AddDays(-1))),
            new("flow", () => new FlowMap(database, time).ReadAsync()),
            Search("all", new EventFilter()),
            Search("an id", new EventFilter { Id = $"seed-{count / 2}" }),
            Search("no such id", new EventFilter { Id = "none" }),
            Search("a type", new EventFilter { Type = "canvas.patient.created" }),
            Search("a pattern", new EventFilter { Type = "canvas.appointment.#" }),
            Search("a pattern that nothing matches", new EventFilter { Type = "#.nothing" }),
            Search("a family", new EventFilter { Family = "appointments" }),
            Search("a source", new EventFilter { Source = "smartflowsheet" }),
            Search("no such source", new EventFilter { Source = "none" }),
            Search("a tenant", new EventFilter { Tenant = "clinic-7" }),
            Search("no such tenant", new EventFilter { Tenant = "none" }),
            Search("a subject", new EventFilter { Subject = SeededArchive.Subject(77) }),
            Search("no such subject", new EventFilter { Subject = "none" }),
            Search("two hours of the middle", new EventFilter { From = middle, To = middle.AddHours(2) }),
            Search("a tenant in two hours of the middle", new EventFilter { Tenant = "clinic-7", From = middle, To = middle.AddHours(2) }),
            Search("the time before there was any", new EventFilter { To = now.AddDays(-1000) }),
            Search("dead", new EventFilter { Outcome = DeliveryState.Dead }),
            Search("waiting", new EventFilter { Outcome = DeliveryState.Waiting }),
            Search("expired, of which there are none", new EventFilter { Outcome = DeliveryState.Expired }),
            Search("unrouted, of which there are none", new EventFilter { Unrouted = true }),
            new("events: outcomes of a page", () => history.StatesAsync([.. Enumerable.Range(1, PageSize).Select(i => $"key-{count / 2 + i}")])),
            new("event", () => history.FindAsync($"key-{count / 2}")),
            new("event by id", () => history.FindAsync($"seed-{count / 2}", null)),
            new("failures", () => desk.GroupsAsync()),
            new("failures: trends", () => trends.ReadAsync(null)),
            new("failures: a group", () => desk.ListAsync(new DeadLetterFilter(CauseGroup: "group-3", State: "dead"), null, PageSize)),
            new("failures: states of a group", () => desk.StatesAsync("group-3")),
            new("failures: what became of retries", () => trends.RetriedAsync("group-3")),
            new("endpoints", () => endpoints.ListAsync()),
            new("endpoints: attempts", () => endpoints.AttemptsAsync(null, 1000)),
            new("endpoint: attempts", () => endpoints.AttemptsAsync("endpoint-3", 1000)),
            new("catalog: what has come", () => new SeenTypes(database, time).ListAsync()),
            new("queues: what waits", () => new WaitingLanes(database).ListAsync()),
            new("replays: dry run of two hours", () => new Replays(database, time).PlanAsync(
                new EventFilter { From = middle, To = middle.AddHours(2) }, "webhooks", "endpoint-3")),
            new("replays: dry run of a subject", () => new Replays(database, time).PlanAsync(new EventFilter { Subject = SeededArchive.Subject(77) }, "webhooks", "endpoint-3")),
            new("replays", () => new Replays(database, time).ListAsync(PageSize)),
            new("workflows", () => new WorkflowRuns(database, time).ListAsync(new WorkflowRunFilter(null, null, null, null), null, PageSize)),
            new("workflows: a status", () => new WorkflowRuns(database, time).ListAsync(new WorkflowRunFilter("intake", RunStatus.Waiting, null, null), null, PageSize)),
            new("records", () => new Records(database, time).ListAsync("command", null, PageSize)),
            new("commands: findings", () => new CommandFindings(database, time).ListAsync(null, PageSize)),
            new("audit", () => new AuditLog(database, time).ListAsync(new AuditFilter(), null, PageSize)),
            new("counting a minute", () => minutes.CountAsync()),
            new("counting the ledger", () => ledger.CountAsync(DateTimeOffset.UtcNow, _ => 0)),
            new("counting what waits", () => Backlog.ReadAsync(database)),
            new("looking for what is wrong", async () =>
            {
                using var client = new BrokerClient(new RabbitMqOptions(), isThere: false);
                using var broker = new BrokerWatch(client, time);
                using var watch = new AlertWatch(database, broker, [], Options.Create(new AlertOptions()), time, NullLogger<AlertWatch>.Instance);
                await watch.LookAsync(CancellationToken.None);
            }),
        ];
    }
}
