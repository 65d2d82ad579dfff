using EventBus.Contracts;
using EventBus.Gateway.Ingress;
using Microsoft.Extensions.Options;

namespace EventBus.Gateway.CloudEvents;

/// <summary><c>POST /v1/events</c>.</summary>
static class CloudEventsRoutes
{
    public static void MapCloudEvents(this IEndpointRouteBuilder routes, IngressPipeline pipeline)
    {
        var ingress = new CloudEventsIngress(routes.ServiceProvider.GetRequiredService<IOptions<GatewayOptions>>().Value.UnknownTypes);
        routes.MapPost("/events", (Delegate)(async (HttpContext context) =>
            await IngressPipeline.AnswerAsync(context, await pipeline.AcceptAsync(context, ingress))))
            .Describe("Takes CloudEvents 1.0: binary, structured, or a batch", EventJson.MediaType, EventJson.BatchMediaType, "application/json")
            .AnswersAccepted();
    }
}
