using EventBus.Gateway.Ingress;

namespace EventBus.Gateway.CarePortals;

/// <summary><c>POST /v1/careportals/{event}</c>.</summary>
static class CarePortalsRoutes
{
    public static void MapCarePortals(this IEndpointRouteBuilder routes, IngressPipeline pipeline)
    {
        var ingress = new CarePortalsIngress();
        routes.MapPost("/careportals/{event}", async (string @event, HttpContext context) =>
            await IngressPipeline.AnswerAsync(context, await pipeline.AcceptAsync(context, ingress)))
            .Describe("Takes a CarePortals document; the event's name is the end of the address", "application/json")
            .AnswersAccepted();
    }
}
