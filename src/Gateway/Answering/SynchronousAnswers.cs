using EventBus.Contracts;
using EventBus.Storage;
using Microsoft.Extensions.Options;

namespace EventBus.Gateway.Answering;

/// <summary>
/// Answers that wait for the outcome: the responders of an event say what they will do, then one compare-and-set in the storage decides for all of them. 2xx means
/// that it is done, an error that it is not.
/// </summary>
sealed class SynchronousAnswers(Responders responders, Answers answers, AnswerCollector collector, IOptions<GatewayOptions> options, TimeProvider time)
{
    /// <summary>How a request is answered: null where it does not wait, or nobody has declared itself a responder.</summary>
    public async Task<Question?> PlanAsync(HttpRequest request, IReadOnlyList<CloudEvent> events)
    {
        // Each event of an array would have an outcome of its own.
        if (events is not [var @event])
        {
            return null;
        }

        var preferred = Prefer.Wait(request);
        if (preferred is null or 0 && !IsSynchronous(@event))
        {
            return null;
        }

        var asked = await responders.OfAsync(@event);
        if (asked.IsNobody)
        {
            return null;
        }

        var wait = preferred is > 0 ? TimeSpan.FromSeconds(preferred.Value) : options.Value.AnswerTimeout;
        return new Question(answers, collector, time, asked, wait > GatewayOptions.MaxAnswerTimeout ? GatewayOptions.MaxAnswerTimeout : wait, preferred is > 0);
    }

    /// <summary>Says on an event where its answer is awaited, in place of whatever its sender had put there.</summary>
    public CloudEvent Mark(CloudEvent @event, Question? question) => @event.WithExtension(CloudEvent.AnswerToName, question is null ? null : collector.Address);

    /// <summary>By the catalog; a step before a command that the catalog does not know can be refused as well.</summary>
    static bool IsSynchronous(CloudEvent @event) => Catalog.OfType(@event.Type) is { Count: > 0 } known
        ? known.Any(d => d.Synchronous)
        : @event is { Source: "canvas" } && @event.Classify() is CommandEvent { Phase: CommandPhase.Pre };
}
