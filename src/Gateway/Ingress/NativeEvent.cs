using System.Text.Json;
using EventBus.Contracts;

namespace EventBus.Gateway.Ingress;

/// <summary>Makes an event of what a practice system sent, which has neither an id nor a time of its own.</summary>
static class NativeEvent
{
    public static CloudEvent Make(
        string source, string type, string? nativeType, string? subject, string? tenant, JsonElement data, IngressRequest request, int? index = null) =>
        new UnclassifiedEvent
        {
            Id = EventIds.Of(request.Http, index),
            Source = source,
            Type = type,
            NativeType = Printable(nativeType),
            Subject = Printable(subject),
            Tenant = tenant,
            Time = EventJson.Time(request.Now),
            DataContentType = "application/json",
            Data = data,
        }.Classify();

    /// <summary>Attributes hold no control characters (CloudEvents 1.0.2, 3.1.1); a name or subject that does is kept in the payload only.</summary>
    public static string? Printable(string? text) => text is null || text.Any(char.IsControl) ? null : text;
}
