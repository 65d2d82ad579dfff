using EventBus.Operations.Broker;
using EventBus.OperatorConsole.Access;

namespace EventBus.OperatorConsole.Actions;

/// <summary>Removing from the broker what nobody declares any more.</summary>
static class QueueActions
{
    public static void MapQueues(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/queues/prune", async (HttpContext context, Visitor visitor, TopologyDesk desk) =>
        {
            var result = await desk.PruneAsync(visitor.Actor, [.. context.Request.Form["thing"].OfType<string>()], context.Request.Form["held"] == "true");
            return Reply.Done(
                context,
                $"{result.Removed.Count} removed.{(result.Kept.Count == 0 ? "" : $" {result.Kept.Count} stay, since they, or what they belong to, hold messages or are read: {string.Join(", ", result.Kept.Take(5))}{(result.Kept.Count > 5 ? " …" : "")}.")}");
        });
}
