using EventBus.Contracts;
using EventBus.Delivery.Lanes;
using EventBus.Storage;

namespace EventBus.Delivery;

/// <summary>
/// Calls an endpoint whose answer decides on an event whose sender waits. It is called after all responders have accepted: 2xx applies the event, another answer
/// withdraws it with the answer's text, and where none comes nobody knows. Called again, after this process has ended or because the sender sends the event again, the
/// call has the same <c>webhook-id</c>.
/// </summary>
sealed class SynchronousCall(Answers answers, WebhookSender sender, TimeProvider time)
{
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Whether an event is decided on by an endpoint.</summary>
    public static bool IsFor(WebhookEndpoint endpoint, CloudEvent @event) => endpoint.IsSynchronous && @event.AnswerTo is not null && @event.Replay is null;

    /// <summary>Waits until the endpoint may be called, calls it, and decides.</summary>
    public async Task<AttemptResult> AttemptAsync(WebhookEndpoint endpoint, DeliveryItem item, CancellationToken cancellationToken)
    {
        var startedAt = time.GetUtcNow();
        while (true)
        {
            var answer = await answers.FindOrExpireAsync(item.EventKey, cancellationToken);
            switch (answer)
            {
                case { State: AnswerState.Applied } when answer.Caller == endpoint.Name:
                    // It was called, and this process, or the one before it, ended before that was recorded.
                    return new AttemptResult(AttemptEnd.Processed) { StartedAt = startedAt };
                case { State: AnswerState.Applied }:
                    // Another endpoint has decided: to this one it is an event like others.
                    return await sender.SendAsync(endpoint, item.Event, item.Sequence, cancellationToken);
                case null or { IsDecided: true }:
                    return new AttemptResult(AttemptEnd.Expired) { StartedAt = startedAt };
                case { State: AnswerState.Agreed } when answer.Caller == endpoint.Name && answer.Remaining > TimeSpan.Zero:
                    answer = await answers.MoveAsync(item.EventKey, AnswerState.Agreed, AnswerState.Calling);
                    break;
            }

            if (answer is { State: AnswerState.Calling } && answer.Caller == endpoint.Name && answer.Remaining > TimeSpan.Zero)
            {
                return await CallAsync(endpoint, item, answer, cancellationToken);
            }

            await Task.Delay(Look, time, cancellationToken);
        }
    }

    /// <summary>Refuses an event that would have to wait for an earlier one that failed.</summary>
    public async Task RefuseHeldAsync(WebhookEndpoint endpoint, CloudEvent @event)
    {
        var key = EventKey.Of(@event);
        if (await answers.FindAsync(key) is { IsDecided: false } answer && answer.Caller == endpoint.Name)
        {
            await answers.MoveAsync(key, answer.State, AnswerState.Withdrawn, With(answer, endpoint, Verdict.RefuseHeld));
        }
    }

    async Task<AttemptResult> CallAsync(WebhookEndpoint endpoint, DeliveryItem item, Answer answer, CancellationToken cancellationToken)
    {
        var limited = endpoint with { Timeout = answer.Remaining < endpoint.Timeout ? answer.Remaining : endpoint.Timeout, KeepResponse = true };
        var result = await sender.SendAsync(limited, item.Event, item.Sequence, cancellationToken);
        if (result.End == AttemptEnd.Postponed)
        {
            return result;
        }

        var (state, verdict) = result switch
        {
            { End: AttemptEnd.Processed } => (AnswerState.Applied, Verdict.Accept),
            { Status: not null } => (AnswerState.Withdrawn, Verdict.Refuse(AnswerText.Find(result.ResponseHead) ?? $"{endpoint.Name} answered {result.Error}.")),
            { IsUnsent: true } => (AnswerState.Withdrawn, Verdict.Refuse($"{endpoint.Name} cannot be reached.")),
            _ => (AnswerState.Unknown, null),
        };
        var decided = await answers.MoveAsync(item.EventKey, AnswerState.Calling, state, verdict is null ? null : With(answer, endpoint, verdict));
        result = result with { ResponseHead = endpoint.KeepResponse ? result.ResponseHead : null };
        return decided switch
        {
            { State: AnswerState.Applied } => result with { End = AttemptEnd.Processed },
            { State: AnswerState.Unknown } => result with { End = AttemptEnd.Expired, Error = $"{result.Error ?? "answered too late"}; the sender was told that the outcome is unknown" },
            _ => result with { End = AttemptEnd.Expired },
        };
    }

    static Dictionary<string, Verdict> With(Answer answer, WebhookEndpoint endpoint, Verdict verdict) => new(answer.Verdicts, StringComparer.Ordinal) { [endpoint.Name] = verdict };
}
