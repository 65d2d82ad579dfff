using System.Data.Common;
using EventBus.Contracts;
using EventBus.Gateway.Ingress;
using EventBus.Gateway.Keys;
using EventBus.Gateway.Spooling;
using EventBus.Publisher;
using EventBus.Storage;

namespace EventBus.Gateway.Accepting;

/// <summary>Accepts each event once: what comes again with its id is answered as the first time, and goes no further.</summary>
sealed partial class EventAcceptor(IdempotencyRecords records, AcceptanceSequence sequence, EventOutlet outlet, IEventPublisher publishing, ILogger<EventAcceptor> logger)
{
    readonly KeyedGates _gates = new();
    readonly LogPublisher? _log = publishing as LogPublisher;

    /// <summary>Accepts the events of one request: stamps them, and takes those to the broker or the spool that are not known to be there.</summary>
    /// <param name="events">The events.</param>
    /// <param name="request">By what the whole request is known again; null where it has no id.</param>
    /// <param name="own">By what each event is known again; null where events have no ids of their own.</param>
    /// <param name="publisher">Who sends.</param>
    /// <param name="prepare">What happens before an event goes to the broker.</param>
    /// <returns>The events as they were accepted, and those of them that came for the first time.</returns>
    /// <exception cref="Refusal">They are not taken.</exception>
    public async Task<(IReadOnlyList<CloudEvent> Events, IReadOnlyList<CloudEvent> New)> AcceptAsync(IReadOnlyList<CloudEvent> events, Claim? request, IReadOnlyList<Claim>? own, Caller publisher, Func<CloudEvent, Task>? prepare = null)
    {
        try
        {
            if (request is null && own is null)
            {
                var stamped = await StampAsync(events, publisher);
                var accepted = stamped.Zip(events, (a, e) => a.On(e, publisher)).ToList();
                await TakeAsync(accepted, prepare);
                return (accepted, accepted);
            }

            return await OnceAsync(new Submission(events, request, own, publisher), events, publisher, prepare);
        }
        catch (Exception e) when (e is SpoolRefusedException or EventPublishException or StorageException or DbException)
        {
            LogRefused(logger, events.Count, (e.InnerException ?? e).GetType().Name);
            throw Refusal.Unavailable();
        }
    }

    /// <summary>Forgets what was accepted under keys: sent again, it is a new event.</summary>
    public async Task ForgetAsync(IReadOnlyList<Claim> claims)
    {
        List<string> keys = [.. claims.Select(c => c.Key)];
        using var holding = await _gates.EnterAsync(keys);
        await records.ForgetAsync(keys);
    }

    async Task<(IReadOnlyList<CloudEvent> Events, IReadOnlyList<CloudEvent> New)> OnceAsync(Submission submission, IReadOnlyList<CloudEvent> events, Caller publisher, Func<CloudEvent, Task>? prepare)
    {
        var holding = await _gates.EnterAsync(submission.Keys);
        Task? confirmation = null;
        try
        {
            var stamps = await StampAsync(events, publisher);
            var accepted = submission.Stamp(stamps, null);

            // Where nobody has to be asked before, events go to the log together with the claims.
            var ready = prepare is null ? _log?.Ready(accepted.Open) : null;
            var there = await records.ClaimAsync(submission.Records(stamps), ready);
            if (there.Any(r => r is not null))
            {
                submission.CheckConflicts(there);
                accepted = submission.Stamp(stamps, there);
            }
            else if (ready is not null)
            {
                return (accepted.Events, accepted.New);
            }

            if (accepted.Open.Count > 0)
            {
                await TakeAsync(accepted.Open, prepare);
            }

            if (there.Any(r => r is not { Confirmed: true }))
            {
                // The answer does not wait for it; whoever sends the same again does.
                confirmation = ConfirmAsync(submission.Keys, holding);
            }

            return (accepted.Events, accepted.New);
        }
        finally
        {
            if (confirmation is null)
            {
                holding.Dispose();
            }
        }
    }

    Task TakeAsync(IReadOnlyList<CloudEvent> events, Func<CloudEvent, Task>? prepare)
    {
        return prepare is null ? outlet.TakeAsync(events) : PrepareAsync();

        async Task PrepareAsync()
        {
            foreach (var @event in events)
            {
                await prepare(@event);
            }

            await outlet.TakeAsync(events);
        }
    }

    async ValueTask<IReadOnlyList<AcceptedEvent>> StampAsync(IReadOnlyList<CloudEvent> events, Caller publisher)
    {
        var stamps = new AcceptedEvent[events.Count];
        for (var i = 0; i < stamps.Length; i++)
        {
            stamps[i] = AcceptedEvent.Of(events[i], await sequence.NextAsync(publisher));
        }

        return stamps;
    }

    async Task ConfirmAsync(IReadOnlyList<string> keys, IDisposable holding)
    {
        try
        {
            await records.ConfirmAsync(keys);
        }
        catch (Exception e)
        {
            // Sent again, the events are published again with the same stamp, and consumers know them by it.
            LogUnconfirmed(logger, keys.Count, e.GetType().Name);
        }
        finally
        {
            holding.Dispose();
        }
    }

    [LoggerMessage(102, LogLevel.Warning, "{Count} events were not taken ({Reason}); the sender was answered 503")]
    static partial void LogRefused(ILogger logger, int count, string reason);

    [LoggerMessage(104, LogLevel.Warning, "{Count} records of accepted events could not be confirmed ({Reason}); sent again, the events are published again with the same stamp")]
    static partial void LogUnconfirmed(ILogger logger, int count, string reason);
}
