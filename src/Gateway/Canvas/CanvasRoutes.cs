using EventBus.Gateway.Ingress;

namespace EventBus.Gateway.Canvas;

/// <summary><c>POST /v1/canvas</c>.</summary>
static class CanvasRoutes
{
    public static void MapCanvas(this IEndpointRouteBuilder routes)
    {
        var ingress = new CanvasIngress();
        routes.MapPost("/canvas", async (HttpContext context, IngressPipeline pipeline) =>
            await IngressPipeline.AnswerAsync(context, await pipeline.AcceptAsync(context, ingress)))
            .Describe("Takes a Canvas event, an array of them, an appointment notification, or a change record", "application/json")
            .AnswersAccepted();
    }
}
