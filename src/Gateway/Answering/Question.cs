using System.Diagnostics.Metrics;
using System.Text.Json;
using EventBus.Contracts;
using EventBus.Storage;

namespace EventBus.Gateway.Answering;

/// <summary>One event whose sender waits.</summary>
sealed class Question(Answers answers, AnswerCollector collector, TimeProvider time, IReadOnlyList<string> asked, TimeSpan wait, bool isPreferred) : IDisposable
{
    /// <summary>How often it is looked whether another has decided.</summary>
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    static readonly Meter Meter = new("EventBus.Gateway");
    static readonly Counter<long> Decided = Meter.CreateCounter<long>("eventbus.answers", "{answer}", "Events whose senders waited, by what became of them.");

    PendingAnswer? _pending;

    /// <summary>How long the sender waits at most.</summary>
    public TimeSpan Wait => wait;

    /// <summary>Whether it was the sender's wish (RFC 7240).</summary>
    public bool IsPreferred => isPreferred;

    /// <summary>Opens the question, before its event is published.</summary>
    public async Task OpenAsync(CloudEvent accepted)
    {
        var key = EventKey.Of(accepted);
        _pending = collector.Begin(key, asked);
        await answers.OpenAsync(key, wait);
    }

    /// <summary>Waits for the verdicts, and decides.</summary>
    /// <returns>Null where the event had been accepted without a question.</returns>
    public async Task<Outcome?> CompleteAsync(CloudEvent accepted)
    {
        var key = EventKey.Of(accepted);
        while (true)
        {
            if (_pending is { Complete.IsCompleted: true })
            {
                return await DecideAsync(key, _pending.IsAccepted ? AnswerState.Applied : AnswerState.Withdrawn);
            }

            switch (await answers.FindAsync(key))
            {
                case null:
                    return null;
                case { State: AnswerState.Open, RemainingMs: <= 0 }:
                    return await DecideAsync(key, AnswerState.Withdrawn);
                case { State: AnswerState.Open, RemainingMs: var left }:
                    var pause = TimeSpan.FromMilliseconds(Math.Min(left, Look.TotalMilliseconds));
                    var look = Task.Delay(pause, time);
                    await Task.WhenAny(_pending?.Complete ?? look, look);
                    break;
                case { } decided:
                    return Outcome.Of(decided);
            }
        }
    }

    public void Dispose() => _pending?.Dispose();

    async Task<Outcome?> DecideAsync(string key, AnswerState state)
    {
        var verdicts = _pending?.Verdicts ?? new Dictionary<string, Verdict>(StringComparer.Ordinal);
        var decided = await answers.DecideAsync(key, state, JsonSerializer.Serialize(verdicts, Outcome.Json));
        if (decided is null)
        {
            return null;
        }

        var outcome = Outcome.Of(decided);
        Decided.Add(1, new KeyValuePair<string, object?>("eventbus.answer", outcome.IsApplied ? "applied" : outcome.Refusals.Any() ? "refused" : "timeout"));
        return outcome;
    }
}
