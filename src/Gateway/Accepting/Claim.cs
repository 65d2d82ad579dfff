using System.Security.Cryptography;
using EventBus.Contracts;
using EventBus.Gateway.Keys;
using EventBus.Storage;

namespace EventBus.Gateway.Accepting;

/// <summary>By what something sent is known again, and what has to be the same then. Hashes: they show nothing of what was sent.</summary>
/// <param name="Key">Publisher and key.</param>
/// <param name="Body">What was sent with the key.</param>
sealed record Claim(string Key, string Body)
{
    /// <summary>A whole request, by the id that it bears in a header: body, address and content type, and what a CloudEvent in binary mode has in headers.</summary>
    public static Claim OfRequest(Caller caller, string id, HttpRequest request, byte[] body)
    {
        var attributes = request.Headers
            .Where(h => h.Key.StartsWith("ce-", StringComparison.OrdinalIgnoreCase) && !h.Key.Equals("ce-traceparent", StringComparison.OrdinalIgnoreCase) && !h.Key.Equals("ce-tracestate", StringComparison.OrdinalIgnoreCase))
            .OrderBy(h => h.Key, StringComparer.OrdinalIgnoreCase)
            .SelectMany(h => (string?[])[h.Key.ToLowerInvariant(), h.Value.ToString()]);
        return new Claim(
            EventKey.Hash("request", caller.Name, caller.Tenant, id),
            EventKey.Hash([Convert.ToHexStringLower(SHA256.HashData(body)), (request.Path.Value ?? "").ToLowerInvariant(), request.ContentType, .. attributes]));
    }

    /// <summary>A CloudEvent, by source and id.</summary>
    public static Claim OfEvent(Caller caller, CloudEvent @event) =>
        new(EventKey.Hash("event", caller.Name, caller.Tenant, @event.Source, @event.Id), EventFingerprint.Of(@event));

    /// <summary>An operation of Smart Flow Sheet. Its id alone says nothing: with another body it is another event.</summary>
    public static Claim OfOperation(Caller caller, string eventType, string operation, byte[] body)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(body));
        return new Claim(EventKey.Hash("operation", caller.Name, caller.Tenant, eventType, operation, hash), hash);
    }
}
