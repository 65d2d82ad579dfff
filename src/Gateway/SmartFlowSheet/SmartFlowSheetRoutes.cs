using EventBus.Gateway.Ingress;

namespace EventBus.Gateway.SmartFlowSheet;

/// <summary><c>POST /v1/smartflowsheet</c>, answered as Smart Flow Sheet expects: 200, or <c>{"Message"}</c>.</summary>
static class SmartFlowSheetRoutes
{
    public static void MapSmartFlowSheet(this IEndpointRouteBuilder routes, IngressPipeline pipeline)
    {
        var ingress = new SmartFlowSheetIngress();
        routes.MapPost("/smartflowsheet", (Delegate)(async (HttpContext context) =>
            {
                await pipeline.AcceptAsync(context, ingress);
                context.Response.StatusCode = StatusCodes.Status200OK;
            }))
            .Describe("Takes a Smart Flow Sheet event; errors have the body {\"Message\"}", "application/json")
            .Produces(StatusCodes.Status200OK);
    }
}
