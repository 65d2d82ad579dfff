using System.Collections.Frozen;
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

            return await OnceAsync(events, request, own, publisher, prepare);
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

    async Task<(IReadOnlyList<CloudEvent> Events, IReadOnlyList<CloudEvent> New)> OnceAsync(
        IReadOnlyList<CloudEvent> events, Claim? request, IReadOnlyList<Claim>? own, Caller publisher, Func<CloudEvent, Task>? prepare)
    {
        // The first event with a key stands for all in the request that have it.
        var first = own is null ? null : First(own);
        var claims = (own ?? []).Where((c, i) => first![c.Key] == i).Concat(request is null ? [] : [request]).ToList();
        List<string> keys = [.. claims.Select(c => c.Key)];
        var holding = await _gates.EnterAsync(keys);
        Task? confirmation = null;
        try
        {
            var stamps = await StampAsync(events, publisher);
            var (accepted, isNew, open) = Stamp(events, request, own, first, stamps, FrozenDictionary<string, IdempotencyRecord>.Empty, publisher);

            // Where nobody has to be asked before, events go to the log together with the claims.
            var ready = prepare is null ? _log?.Ready(open) : null;
            var there = await ClaimAsync(claims, request, own, first, stamps, ready);
            if (there.Count > 0)
            {
                CheckConflicts(claims, there, request, first);
                (accepted, isNew, open) = Stamp(events, request, own, first, stamps, there, publisher);
            }
            else if (ready is not null)
            {
                return (accepted, isNew);
            }

            if (open.Count > 0)
            {
                await TakeAsync(open, prepare);
            }

            if (claims.Exists(c => !there.TryGetValue(c.Key, out var record) || !record.Confirmed))
            {
                // The answer does not wait for it; whoever sends the same again does.
                confirmation = ConfirmAsync(keys, holding);
            }

            return (accepted, isNew);
        }
        finally
        {
            if (confirmation is null)
            {
                holding.Dispose();
            }
        }
    }

    async Task TakeAsync(IReadOnlyList<CloudEvent> events, Func<CloudEvent, Task>? prepare)
    {
        foreach (var @event in prepare is null ? [] : events)
        {
            await prepare!(@event);
        }

        await outlet.TakeAsync(events);
    }

    /// <summary>The events with their stamps on them: of what is known already the stamps from before.</summary>
    /// <returns>All of them; those that came for the first time; those that are not known to be published.</returns>
    static (List<CloudEvent> Accepted, List<CloudEvent> New, List<CloudEvent> Open) Stamp(
        IReadOnlyList<CloudEvent> events, Claim? request, IReadOnlyList<Claim>? own, Dictionary<string, int>? first,
        IReadOnlyList<AcceptedEvent> stamps, IReadOnlyDictionary<string, IdempotencyRecord> there, Caller publisher)
    {
        var ofRequest = request is null ? null : there.GetValueOrDefault(request.Key);
        var before = ofRequest is null ? null : AcceptedEvent.Read(ofRequest.Acceptance);
        var accepted = new List<CloudEvent>(events.Count);
        var isNew = new List<CloudEvent>(events.Count);
        var open = new List<CloudEvent>(events.Count);
        for (var i = 0; i < events.Count; i++)
        {
            if (first is not null && first[own![i].Key] != i)
            {
                accepted.Add(accepted[first[own[i].Key]]);
                continue;
            }

            var record = own is null ? ofRequest : there.GetValueOrDefault(own[i].Key);
            var stamp = own is not null && record is not null ? AcceptedEvent.Read(record.Acceptance)[0] : own is null && before is not null ? before[i] : stamps[i];
            accepted.Add(stamp.On(events[i], publisher));
            if (record is null)
            {
                isNew.Add(accepted[^1]);
            }

            if (record is not { Confirmed: true })
            {
                open.Add(accepted[^1]);
            }
        }

        return (accepted, isNew, open);
    }

    async Task<IReadOnlyDictionary<string, IdempotencyRecord>> ClaimAsync(
        List<Claim> claims, Claim? request, IReadOnlyList<Claim>? own, Dictionary<string, int>? first, IReadOnlyList<AcceptedEvent> stamps, IReadOnlyList<ArchivedEvent>? events)
    {
        var there = await records.ClaimAsync(
            [.. claims.Select(c => new IdempotencyRecord(c.Key, c.Body, AcceptedEvent.Write(own is not null && c != request ? [stamps[first![c.Key]]] : stamps)))], events);
        return there.All(r => r is null) ? FrozenDictionary<string, IdempotencyRecord>.Empty : there.OfType<IdempotencyRecord>().ToDictionary(r => r.Key, StringComparer.Ordinal);
    }

    async Task<IReadOnlyList<AcceptedEvent>> StampAsync(IReadOnlyList<CloudEvent> events, Caller publisher)
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

    /// <exception cref="Refusal">409: an event of the request has the same id as another one of it.</exception>
    static Dictionary<string, int> First(IReadOnlyList<Claim> own)
    {
        var first = new Dictionary<string, int>(own.Count, StringComparer.Ordinal);
        for (var i = 0; i < own.Count; i++)
        {
            if (!first.TryAdd(own[i].Key, i) && own[first[own[i].Key]].Body != own[i].Body)
            {
                throw Refusal.Conflict(new FieldError("id", "is that of another event in this request, which has other content", i));
            }
        }

        return first;
    }

    static void CheckConflicts(List<Claim> claims, IReadOnlyDictionary<string, IdempotencyRecord> there, Claim? request, Dictionary<string, int>? first)
    {
        List<FieldError> errors = [.. claims
            .Where(c => there.TryGetValue(c.Key, out var record) && record.Body != c.Body)
            .Select(c => c == request
                ? new FieldError("webhook-id or Idempotency-Key", "came before with another request")
                : new FieldError("id", "came before with other content", first?.Count > 1 || request is null ? first![c.Key] : null))];
        if (errors.Count > 0)
        {
            throw Refusal.Conflict(errors);
        }
    }

    [LoggerMessage(102, LogLevel.Warning, "{Count} events were not taken ({Reason}); the sender was answered 503")]
    static partial void LogRefused(ILogger logger, int count, string reason);

    [LoggerMessage(104, LogLevel.Warning, "{Count} records of accepted events could not be confirmed ({Reason}); sent again, the events are published again with the same stamp")]
    static partial void LogUnconfirmed(ILogger logger, int count, string reason);
}
