using System.Text.Json.Nodes;

namespace EventBus.Contracts;

/// <summary>An entry of the catalog as JSON, as <c>GET /v1/catalog</c> and <c>eventbus catalog show</c> have it.</summary>
public static class CatalogEntry
{
    /// <summary>One name of a sender: what becomes of it, the JSON Schema of the event, a sample of it.</summary>
    public static JsonObject Of(EventDescription description)
    {
        ArgumentNullException.ThrowIfNull(description);
        return new JsonObject
        {
            ["type"] = description.Type,
            ["name"] = description.Name,
            ["source"] = description.Source,
            ["family"] = description.Family.Word,
            ["contract"] = description.Family.Contract.Name,
            ["description"] = description.Description,
            ["synchronous"] = description.Synchronous,
            ["subject"] = new JsonArray([.. description.Subject.Select(s => JsonValue.Create(s))]),
            ["path"] = description.Path,
            ["schema"] = EventSchema.Of(description),
            ["sample"] = JsonNode.Parse(EventJson.ToUtf8Bytes(EventSample.Of(description))),
        };
    }
}
