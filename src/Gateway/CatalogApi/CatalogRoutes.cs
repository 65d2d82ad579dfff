using System.Text.Json;
using System.Text.Json.Nodes;
using EventBus.Contracts;
using EventBus.Gateway.Ingress;

namespace EventBus.Gateway.CatalogApi;

/// <summary><c>GET /v1/catalog</c> and <c>GET /v1/catalog/{type}</c>: every event that is known, with JSON Schema and a sample.</summary>
static class CatalogRoutes
{
    static readonly Lazy<byte[]> All = new(() => JsonSerializer.SerializeToUtf8Bytes(new JsonArray([.. Catalog.Events.Select(CatalogEntry.Of)])));

    public static void MapCatalog(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/catalog", () => Results.Bytes(All.Value, "application/json"))
            .WithTags("Catalog")
            .WithSummary("Every event that is known, with JSON Schema and a sample");
        routes.MapGet("/v1/catalog/{type}", (string type) => Catalog.OfType(type) is { Count: > 0 } events
                ? Results.Json(Describe(events[0], events.Skip(1)))
                : throw new Refusal(StatusCodes.Status404NotFound, "The catalog has no such type. /v1/catalog lists those that it has."))
            .WithTags("Catalog")
            .WithSummary("One event: where it comes from, its JSON Schema, a sample")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>The names that share the type stand beside the first.</summary>
    static JsonObject Describe(EventDescription first, IEnumerable<EventDescription> others)
    {
        var description = CatalogEntry.Of(first);
        description["alternatives"] = new JsonArray([.. others.Select(CatalogEntry.Of)]);
        return description;
    }
}
