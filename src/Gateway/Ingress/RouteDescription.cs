using System.Text.Json.Nodes;

namespace EventBus.Gateway.Ingress;

/// <summary>What the OpenAPI document says of a sender's route.</summary>
static class RouteDescription
{
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder route, string summary, params string[] mediaTypes)
    {
        route.WithSummary(summary)
            .Accepts<JsonNode>(mediaTypes[0], mediaTypes[1..])
            .Produces<JsonNode>(StatusCodes.Status202Accepted);
        foreach (var status in (ReadOnlySpan<int>)[400, 401, 403, 413, 415, 429, 503])
        {
            route.ProducesProblem(status);
        }

        return route;
    }
}
