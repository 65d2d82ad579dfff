using EventBus.Contracts;
using EventBus.Delivery.Lanes;
using EventBus.Publisher.Transport;
using EventBus.Storage;

namespace EventBus.Consumers.Hosting;

/// <summary>
/// A responder's side of an answer: says what it will do, and waits for what is decided. Where the gateway has ended before it decided, the responder withdraws the
/// event once its time is over, so that no event is done whose sender was told nothing.
/// </summary>
sealed class Responding(string consumer, Judge judge, Answers answers, IVerdictSender sender, TimeProvider time)
{
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);
    static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(200);

    /// <summary>Whether it is asked about an event before that is done.</summary>
    public bool Responds(CloudEvent @event) => judge.Judges(@event);

    /// <summary>What the consumer may do with an event.</summary>
    /// <returns>Null: do it. Else what became of it without being done.</returns>
    public async Task<AttemptEnd?> AskAsync(DeliveryItem item, CancellationToken cancellationToken)
    {
        // A replay, or an event that came without a question: nobody waits.
        if (item.Event.AnswerTo is not { } address || item.Event.Replay is not null)
        {
            return (await judge.AskAsync(item.Event, cancellationToken)).IsAccepted ? null : AttemptEnd.Filtered;
        }

        var answer = await answers.FindAsync(item.EventKey, cancellationToken);
        if (answer is { State: AnswerState.Open } && answer.Remaining <= TimeSpan.Zero)
        {
            answer = await answers.ExpireAsync(item.EventKey);
        }

        if (answer is null or { IsDecided: true })
        {
            // An attempt that failed is proof that it was to be done, also where the decision is past its retention.
            return answer is null ? item.Attempts > 0 ? null : AttemptEnd.Expired : End(answer);
        }

        if (answer.State != AnswerState.Open)
        {
            return await DecidedAsync(item.EventKey, cancellationToken);
        }

        var verdict = await judge.AskAsync(item.Event, cancellationToken);
        await sender.SendAsync(address, new EventVerdict(item.EventKey, consumer, verdict), cancellationToken);
        return verdict.IsAccepted ? await DecidedAsync(item.EventKey, cancellationToken) : AttemptEnd.Filtered;
    }

    /// <summary>Says no to an event that would have to wait for an earlier one that failed.</summary>
    public Task RefuseHeldAsync(CloudEvent @event, CancellationToken cancellationToken) => sender.SendAsync(
        @event.AnswerTo!, new EventVerdict(EventKey.Of(@event), consumer, Verdict.RefuseHeld), cancellationToken);

    async Task<AttemptEnd?> DecidedAsync(string eventKey, CancellationToken cancellationToken)
    {
        for (var pause = FirstPause; ; pause = pause * 2 > LongestPause ? LongestPause : pause * 2)
        {
            await Task.Delay(pause, time, cancellationToken);
            var answer = await answers.FindOrExpireAsync(eventKey, cancellationToken);
            if (answer is null or { IsDecided: true })
            {
                return End(answer);
            }
        }
    }

    static AttemptEnd? End(Answer? answer) => answer is { State: AnswerState.Applied } ? null : AttemptEnd.Expired;
}
