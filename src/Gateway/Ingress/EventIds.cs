namespace EventBus.Gateway.Ingress;

/// <summary>The ids of events whose senders have none of their own.</summary>
static class EventIds
{
    /// <summary>The longest id that is taken from a header, in characters.</summary>
    const int MaxLength = 255;

    /// <summary>
    /// The sender's <c>webhook-id</c> (Standard Webhooks) or <c>Idempotency-Key</c> (draft-ietf-httpapi-idempotency-key-header, with or without quotes), else a
    /// time-ordered UUID (RFC 9562, version 7). In an array the place is added to the sender's, since each event needs one of its own.
    /// </summary>
    /// <exception cref="Refusal">400: the header holds no id.</exception>
    public static string Of(HttpRequest request, int? index)
    {
        var given = Given(request);
        return given is null ? Guid.CreateVersion7().ToString() : index is null ? given : $"{given}.{index}";
    }

    /// <summary>The id that the sender gave the request in a header; null where it gave none.</summary>
    /// <exception cref="Refusal">400: the header holds no id.</exception>
    public static string? Given(HttpRequest request) => Header(request, "webhook-id") ?? Header(request, "Idempotency-Key");

    static string? Header(HttpRequest request, string name)
    {
        if (!request.Headers.TryGetValue(name, out var values))
        {
            return null;
        }

        var value = values.ToString();
        if (value is ['"', .., '"'])
        {
            value = value[1..^1];
        }

        return values.Count == 1 && value.Length is > 0 and <= MaxLength && !value.Any(char.IsControl)
            ? value
            : throw Refusal.BadRequest($"The header {name} holds no id.", new FieldError(name, $"is not one value of 1 to {MaxLength} characters"));
    }
}
