using System.Runtime.InteropServices;
using EventBus.Contracts;
using EventBus.Gateway.Ingress;
using EventBus.Gateway.Keys;
using EventBus.Storage;

namespace EventBus.Gateway.Accepting;

/// <summary>The events of one request, and by what they are known again: each by its own id, all by the request's, or both. The first event with an id stands for all that have it.</summary>
sealed class Submission
{
    readonly IReadOnlyList<CloudEvent> _events;
    readonly Caller _publisher;
    readonly List<Known> _claims;
    readonly bool _hasRequest;

    /// <summary>Of each event the place of its claim; null where events have no ids of their own.</summary>
    readonly int[]? _own;

    /// <param name="events">The events.</param>
    /// <param name="request">By what the whole request is known again; null where it has no id.</param>
    /// <param name="own">By what each event is known again; null where events have no ids of their own.</param>
    /// <param name="publisher">Who sends.</param>
    /// <exception cref="Refusal">409: an event of the request has the same id as another one of it, and other content.</exception>
    public Submission(IReadOnlyList<CloudEvent> events, Claim? request, IReadOnlyList<Claim>? own, Caller publisher)
    {
        (_events, _publisher, _hasRequest, _claims) = (events, publisher, request is not null, new List<Known>((own?.Count ?? 0) + 1));
        if (own is not null)
        {
            _own = new int[own.Count];

            // One alone has no other to be the same as.
            var places = own.Count > 1 ? new Dictionary<string, int>(own.Count, StringComparer.Ordinal) : null;
            for (var i = 0; i < own.Count; i++)
            {
                _own[i] = _claims.Count;
                if (places?.TryAdd(own[i].Key, _claims.Count) != false)
                {
                    _claims.Add(new Known(own[i], i));
                }
                else if (_claims[_own[i] = places[own[i].Key]].Claim.Body != own[i].Body)
                {
                    throw Refusal.Conflict(new FieldError("id", "is that of another event in this request, which has other content", i));
                }
            }
        }

        if (request is not null)
        {
            _claims.Add(new Known(request, null));
        }

        Keys = _claims.ConvertAll(c => c.Claim.Key);
    }

    /// <summary>The keys of its claims.</summary>
    public IReadOnlyList<string> Keys { get; }

    /// <summary>What is kept of its claims.</summary>
    public IReadOnlyList<IdempotencyRecord> Records(IReadOnlyList<AcceptedEvent> stamps) =>
        _claims.ConvertAll(c => new IdempotencyRecord(c.Claim.Key, c.Claim.Body, AcceptedEvent.Write(c.Event is { } i ? [stamps[i]] : stamps)));

    /// <summary>The events with their stamps on them: of what is known already the stamps from before.</summary>
    /// <param name="stamps">Of each event the one that it has if it is new.</param>
    /// <param name="there">Of each claim the record that was there already.</param>
    public Accepted Stamp(IReadOnlyList<AcceptedEvent> stamps, IReadOnlyList<IdempotencyRecord?>? there)
    {
        var ofRequest = _hasRequest ? there?[^1] : null;
        var before = ofRequest is null ? null : AcceptedEvent.Read(ofRequest.Acceptance);
        var accepted = new List<CloudEvent>(_events.Count);
        var isNew = new List<CloudEvent>(_events.Count);
        var open = there is null ? isNew : new List<CloudEvent>(_events.Count);
        for (var i = 0; i < _events.Count; i++)
        {
            if (_own is not null && _claims[_own[i]].Event is { } first && first != i)
            {
                accepted.Add(accepted[first]);
                continue;
            }

            var record = _own is null ? ofRequest : there?[_own[i]];
            var stamp = record is null ? stamps[i] : _own is null ? before![i] : AcceptedEvent.Read(record.Acceptance)[0];
            accepted.Add(stamp.On(_events[i], _publisher));
            if (record is null)
            {
                isNew.Add(accepted[^1]);
            }

            if (there is not null && record is not { Confirmed: true })
            {
                open.Add(accepted[^1]);
            }
        }

        return new Accepted(accepted, isNew, open);
    }

    /// <exception cref="Refusal">409: something of it came before with other content.</exception>
    public void CheckConflicts(IReadOnlyList<IdempotencyRecord?> there)
    {
        List<FieldError> errors = [.. _claims.Zip(there)
            .Where(pair => pair.Second is { } record && record.Body != pair.First.Claim.Body)
            .Select(pair => pair.First.Event is { } i
                ? new FieldError("id", "came before with other content", _claims.Count > 2 || !_hasRequest ? i : null)
                : new FieldError("webhook-id or Idempotency-Key", "came before with another request"))];
        if (errors.Count > 0)
        {
            throw Refusal.Conflict(errors);
        }
    }

    /// <summary>A claim, and the place of the event that it is of; null where it is of the request.</summary>
    [StructLayout(LayoutKind.Auto)]
    readonly record struct Known(Claim Claim, int? Event);
}

/// <summary>Events with their stamps on them.</summary>
/// <param name="Events">All of them.</param>
/// <param name="New">Those that came for the first time.</param>
/// <param name="Open">Those that are not known to be published.</param>
sealed record Accepted(IReadOnlyList<CloudEvent> Events, IReadOnlyList<CloudEvent> New, IReadOnlyList<CloudEvent> Open);
