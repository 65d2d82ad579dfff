using System.Collections.Concurrent;
using EventBus.Contracts;
using EventBus.Publisher.Topology;
using EventBus.Publisher.Transport;

namespace EventBus.Gateway.Answering;

/// <summary>Receives what responders say, and gives it to the request that waits for it.</summary>
sealed class AnswerCollector : IEventReceiver
{
    readonly ConcurrentDictionary<string, PendingAnswer> _pending = new(StringComparer.Ordinal);

    /// <summary>Where responders send it: the name of this process's queue.</summary>
    public string Address { get; } = $"{TopologyNames.Answers}.{Guid.NewGuid():N}";

    /// <summary>Begins to collect the verdicts on an event, until disposed. A second request about the same event joins the first.</summary>
    public PendingAnswer Begin(string eventKey, IReadOnlyList<string> responders)
    {
        var pending = new PendingAnswer(responders, p => _pending.TryRemove(new(eventKey, p)));
        return _pending.GetOrAdd(eventKey, pending);
    }

    public Task ReceiveAsync(ReceivedEvent received, CancellationToken cancellationToken)
    {
        // Nobody waits any more for one that comes too late.
        if (EventVerdict.Of(received.Event) is { } said && _pending.TryGetValue(said.EventKey, out var pending))
        {
            pending.Add(said.Consumer, said.Verdict);
        }

        return Task.CompletedTask;
    }
}

/// <summary>The verdicts on one event, as far as they have come.</summary>
sealed class PendingAnswer : IDisposable
{
    readonly ConcurrentDictionary<string, Verdict> _verdicts = new(StringComparer.Ordinal);
    readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly IReadOnlyList<string> _responders;
    readonly Action<PendingAnswer> _ended;

    public PendingAnswer(IReadOnlyList<string> responders, Action<PendingAnswer> ended)
    {
        (_responders, _ended) = (responders, ended);
        if (IsAccepted)
        {
            _complete.SetResult();
        }
    }

    /// <summary>Ends when all have said yes, or one has said no.</summary>
    public Task Complete => _complete.Task;

    /// <summary>Who has said what.</summary>
    public IReadOnlyDictionary<string, Verdict> Verdicts => _verdicts;

    /// <summary>Whether all have said yes.</summary>
    public bool IsAccepted => _responders.All(r => _verdicts.TryGetValue(r, out var verdict) && verdict.IsAccepted);

    public void Add(string responder, Verdict verdict)
    {
        _verdicts[responder] = verdict;
        if (!verdict.IsAccepted || IsAccepted)
        {
            _complete.TrySetResult();
        }
    }

    public void Dispose() => _ended(this);
}
