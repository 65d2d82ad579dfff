using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace EventBus.Gateway.Ingress;

/// <summary>
/// What the OpenAPI document says of a sender's route. The media types are told to the document only: told to ASP.NET Core's routing, they would be
/// checked there, before the body's size and with an empty answer.
/// </summary>
static class RouteDescription
{
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder route, string summary, params string[] mediaTypes) => route
        .WithSummary(summary)
        .WithTags("Events")
        .AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = mediaTypes.ToDictionary(m => m, _ => new OpenApiMediaType { Schema = new OpenApiSchema() }, StringComparer.Ordinal),
            };
            return Task.CompletedTask;
        });

    /// <summary>The answers of the routes that confirm what they took.</summary>
    public static RouteHandlerBuilder AnswersAccepted(this RouteHandlerBuilder route)
    {
        route.Produces<JsonNode>(StatusCodes.Status200OK).Produces<JsonNode>(StatusCodes.Status202Accepted);
        foreach (var status in (ReadOnlySpan<int>)[400, 401, 403, 413, 415, 429, 503, 504])
        {
            route.ProducesProblem(status);
        }

        return route;
    }
}
