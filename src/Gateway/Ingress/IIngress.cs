using System.Text.Json;
using EventBus.Contracts;
using EventBus.Gateway.Answering;
using EventBus.Gateway.Keys;

namespace EventBus.Gateway.Ingress;

/// <summary>How one kind of sender sends: who it is, and what its requests mean. No method has effects.</summary>
interface IIngress
{
    /// <summary>Who sends, as far as the headers tell; null where the body has to.</summary>
    /// <exception cref="Refusal">401 or 403.</exception>
    Caller? Identify(HttpRequest request, KeyRing keys);

    /// <summary>Refuses a Content-Type that this sender does not use.</summary>
    /// <exception cref="Refusal">415.</exception>
    void CheckContentType(HttpRequest request, bool hasBody)
    {
        if (!JsonBody.IsJson(request.ContentType))
        {
            throw Refusal.UnsupportedMediaType("The body has to be JSON in UTF-8: Content-Type: application/json");
        }
    }

    /// <summary>Whether a request without a body means something.</summary>
    bool AllowsEmptyBody(HttpRequest request) => false;

    /// <summary>The events that a request brings.</summary>
    /// <exception cref="Refusal">The request is wrong, or not allowed.</exception>
    IngressReading Read(IngressRequest request);
}

/// <summary>A request whose body has been read.</summary>
/// <param name="Http">Headers and route.</param>
/// <param name="Body">The body; null where it is empty.</param>
/// <param name="Caller">Who sends; null where the body has to tell.</param>
/// <param name="Keys">Who may send.</param>
/// <param name="Now">The time.</param>
sealed record IngressRequest(HttpRequest Http, JsonElement? Body, Caller? Caller, KeyRing Keys, DateTimeOffset Now);

/// <summary>What a request means: an event, or null where it means none; several where it was an array.</summary>
/// <param name="Events">In the order sent.</param>
/// <param name="IsBatch">Whether the answer is an array.</param>
/// <param name="Caller">Who sends.</param>
sealed record IngressReading(IReadOnlyList<CloudEvent?> Events, bool IsBatch, Caller Caller)
{
    /// <summary>Whether the events' ids are the sender's, so that the same source and id mean the same event.</summary>
    public bool HasOwnIds { get; init; }

    /// <summary>The sender's id of the operation that the request is about; null where it has none.</summary>
    public string? Operation { get; init; }

    /// <summary>What became of the event, where the sender waited; null where it did not.</summary>
    public Outcome? Outcome { get; init; }
}
