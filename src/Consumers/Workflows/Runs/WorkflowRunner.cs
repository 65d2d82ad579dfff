using EventBus.Consumers.Hosting.Reactions;
using EventBus.Consumers.Workflows.Definitions;
using EventBus.Contracts;
using EventBus.Storage;
using EventBus.Storage.Workflows;
using Microsoft.Extensions.Options;

namespace EventBus.Consumers.Workflows.Runs;

/// <summary>Brings what happens to the runs that it concerns, and stores what follows, in the transaction of whoever calls.</summary>
sealed partial class WorkflowRunner(WorkflowSet workflows, IOptions<WorkflowOptions> options, ILogger<WorkflowRunner> logger)
{
    /// <summary>An event has come: it starts runs, and may end waits of others.</summary>
    public async Task TakeAsync(Reaction reaction, CloudEvent @event)
    {
        var starts = workflows.All.Where(w => w.IsStartedBy(@event)).ToDictionary(w => EventKey.Hash(w.Name, @event.Tenant, @event.Source, @event.Id), StringComparer.Ordinal);
        var open = @event.Subject is { } subject ? await WorkflowTables.OpenAsync(reaction.Transaction, subject) : [];
        var concerned = open.Where(r => r.Tenant == @event.Tenant && IsOf(r.Source, @event.Source)).Select(r => r.Key);

        // In the order of their keys, so that two events never wait for each other's runs.
        foreach (var key in concerned.Concat(starts.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            await (starts.TryGetValue(key, out var workflow) ? StartAsync(reaction, key, workflow, @event) : ArriveAsync(reaction, key, @event));
        }
    }

    /// <summary>A run's timer has rung.</summary>
    public async Task RingAsync(Reaction reaction, string key)
    {
        if (await ReadAsync(reaction, key) is { } found)
        {
            var unhandled = found.Run.Steps is [.., { Until: { } until }] && found.Run.Subject is not null
                && await WorkflowTables.HasUnhandledAsync(reaction.Transaction, found.Run, until);
            await WriteAsync(reaction, found, RunInput.Rang(unhandled));
        }
    }

    /// <summary>A run's delivery stands differently than the run knows.</summary>
    public async Task DeliveredAsync(Reaction reaction, string key, string eventKey, DeliveryState? state)
    {
        if (await ReadAsync(reaction, key) is { } found && found.Run.Sent?.EventKey == eventKey && found.Run.Sent.State != state)
        {
            await WriteAsync(reaction, found, RunInput.Delivery(state));
        }
    }

    /// <summary>Events of one source have one order; what the bus itself publishes of a subject follows from events of others, and belongs to them.</summary>
    static bool IsOf(string source, string other) => source == other || IsOwn(source) || IsOwn(other);

    static bool IsOwn(string source) => source.StartsWith("/eventbus/", StringComparison.Ordinal);

    async Task StartAsync(Reaction reaction, string key, Workflow workflow, CloudEvent @event)
    {
        if (await reaction.ReadAsync(WorkflowTables.Kind, key) is not null)
        {
            return;
        }

        await WorkflowTables.KeepDefinitionAsync(reaction.Transaction, workflow.Hash, workflow.Name, workflow.Body, reaction.Now);
        await reaction.AddEntryAsync(WorkflowTables.Kind, key, @event, BodyOf(@event));
        var run = new WorkflowRun
        {
            Key = key, Workflow = workflow.Name, Definition = workflow.Hash, Tenant = @event.Tenant, Source = @event.Source, Subject = @event.Subject, TriggerId = @event.Id, TriggerType = @event.Type,
            StartedAt = reaction.Now, Hops = OwnEvents.HopsOf(@event), Trigger = Reaction.EntryOf(@event),
        };
        await WriteAsync(reaction, new Found(run, workflow, new RunEvents(@event, [])), RunInput.Started);
    }

    async Task ArriveAsync(Reaction reaction, string key, CloudEvent @event)
    {
        if (await ReadAsync(reaction, key) is not { } found || !found.Events.IsWanted(found.Workflow, @event) || !await reaction.AddEntryAsync(WorkflowTables.Kind, key, @event, BodyOf(@event)))
        {
            return;
        }

        await WriteAsync(reaction, found with { Events = await EventsAsync(reaction, found.Run) }, RunInput.Arrived);
    }

    /// <summary>A run that has not ended, with its definition and its events.</summary>
    async Task<Found?> ReadAsync(Reaction reaction, string key)
    {
        if (await WorkflowTables.ReadAsync(reaction.Transaction, key) is not { EndedAt: null } run)
        {
            return null;
        }

        if ((workflows.Find(run.Definition) ?? workflows.Keep(await WorkflowTables.DefinitionAsync(reaction.Transaction, run.Definition))) is { } workflow)
        {
            return new Found(run, workflow, await EventsAsync(reaction, run));
        }

        // An exception would hold up the timers and deliveries of all other runs behind it.
        await StoreAsync(reaction, run, run.Fail("the definition that it began with is not valid in this version", reaction.Now));
        return null;
    }

    static async Task<RunEvents> EventsAsync(Reaction reaction, WorkflowRun run)
    {
        var entries = await reaction.EntriesAsync(WorkflowTables.Kind, run.Key);
        var events = entries.Select(e => new RunEvent(e.Id, DateTimeOffset.FromUnixTimeMilliseconds(e.At), EventJson.Parse(System.Text.Encoding.UTF8.GetBytes(e.Body)))).ToList();
        return new RunEvents(events.Find(e => e.Entry == run.Trigger)!.Event, [.. events.Where(e => e.Entry != run.Trigger)]);
    }

    async Task WriteAsync(Reaction reaction, Found found, RunInput input)
    {
        var (run, published) = RunMachine.Next(found.Workflow, found.Run, found.Events, input, options.Value.Settle, reaction.Now);
        foreach (var @event in published)
        {
            await reaction.PublishAsync(@event);
        }

        await StoreAsync(reaction, found.Run, run);
    }

    async Task StoreAsync(Reaction reaction, WorkflowRun before, WorkflowRun run)
    {
        await WorkflowTables.WriteAsync(reaction.Transaction, run, reaction.Now);
        if (run.Status == RunStatus.Failed && before.Status != RunStatus.Failed)
        {
            LogFailed(logger, run.Key, run.Workflow, run.Reason);
        }
    }

    static string BodyOf(CloudEvent @event) => System.Text.Encoding.UTF8.GetString(EventJson.ToUtf8Bytes(@event));

    [LoggerMessage(800, LogLevel.Warning, "Run {Run} of workflow {Workflow} has failed at {Reason}; eventbus workflows show has its steps")]
    static partial void LogFailed(ILogger logger, string run, string workflow, string? reason);

    sealed record Found(WorkflowRun Run, Workflow Workflow, RunEvents Events);
}
