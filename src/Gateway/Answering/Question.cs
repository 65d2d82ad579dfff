using System.Diagnostics.Metrics;
using EventBus.Contracts;
using EventBus.Storage;

namespace EventBus.Gateway.Answering;

/// <summary>One event whose sender waits.</summary>
/// <param name="answers">Where it is decided.</param>
/// <param name="collector">Where verdicts come in.</param>
/// <param name="time">The clock.</param>
/// <param name="asked">Who is asked.</param>
/// <param name="wait">How long the sender waits.</param>
/// <param name="isPreferred">Whether that was the sender's wish.</param>
sealed class Question(Answers answers, AnswerCollector collector, TimeProvider time, Asked asked, TimeSpan wait, bool isPreferred) : IDisposable
{
    /// <summary>How often it is looked whether another has decided; an endpoint's answer is waited for by nothing else.</summary>
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200), LookForCaller = TimeSpan.FromMilliseconds(20);

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
        _pending = collector.Begin(key, asked.Responders);
        await answers.OpenAsync(key, wait, asked.Caller);
    }

    /// <summary>Waits for the verdicts, and decides.</summary>
    /// <returns>Null where the event had been accepted without a question.</returns>
    public async Task<Outcome?> CompleteAsync(CloudEvent accepted)
    {
        var key = EventKey.Of(accepted);
        for (var answer = await answers.FindAsync(key); answer is not null; answer = await answers.FindAsync(key))
        {
            if (answer.State == AnswerState.Open && _pending is { Complete.IsCompleted: true } pending)
            {
                var next = !pending.IsAccepted ? AnswerState.Withdrawn : answer.Caller is null ? AnswerState.Applied : AnswerState.Agreed;
                answer = await answers.MoveAsync(key, AnswerState.Open, next, pending.Verdicts);
            }
            else if (!answer.IsDecided && answer.Remaining <= TimeSpan.Zero)
            {
                answer = await answers.ExpireAsync(key);
            }

            if (answer is { IsDecided: true })
            {
                var outcome = new Outcome(answer.State, answer.Verdicts, answer.Caller);
                Decided.Add(1, new KeyValuePair<string, object?>("eventbus.answer", Word(outcome)));
                return outcome;
            }

            await PauseAsync(answer);
        }

        return null;
    }

    public void Dispose() => _pending?.Dispose();

    async Task PauseAsync(Answer? answer)
    {
        var isOpen = answer is { State: AnswerState.Open };
        var look = isOpen ? Look : LookForCaller;
        var pause = Task.Delay(answer?.Remaining is { } left && left > TimeSpan.Zero && left < look ? left : look, time);
        await (isOpen && _pending is not null ? Task.WhenAny(_pending.Complete, pause) : pause);
    }

    static string Word(Outcome outcome) => outcome.State switch
    {
        AnswerState.Applied => "applied",
        AnswerState.Unknown => "unknown",
        _ => outcome.Refusals.Any() ? "refused" : "timeout",
    };
}
