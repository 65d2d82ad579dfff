using EventBus.Gateway.Ingress;

namespace EventBus.Gateway.Canvas;

/// <summary><c>POST /v1/canvas</c>.</summary>
static class CanvasRoutes
{
    public static void MapCanvas(this IEndpointRouteBuilder routes, IngressPipeline pipeline)
    {
        var ingress = new CanvasIngress();
        routes.MapPost("/canvas", (Delegate)(async (HttpContext context) =>
            await IngressPipeline.AnswerAsync(context, await pipeline.AcceptAsync(context, ingress))))
            .Describe("Takes a Canvas event, an array of them, an appointment notification, or a change record", "application/json")
            .AnswersAccepted();
    }
}
