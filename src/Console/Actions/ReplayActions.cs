using EventBus.Operations;
using EventBus.OperatorConsole.Access;
using Microsoft.AspNetCore.Mvc;

namespace EventBus.OperatorConsole.Actions;

/// <summary>Pausing, resuming and cancelling replays.</summary>
static class ReplayActions
{
    public static void MapReplays(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/replays/change", async (HttpContext context, [FromForm] string act, Visitor visitor, Replays replays) =>
        {
            var (verb, id) = act.Split(':', 2) is [var v, var i] ? (v, i) : ("", "");
            var changed = verb switch
            {
                "pause" => await replays.PauseAsync(visitor.Actor, id),
                "resume" => await replays.ResumeAsync(visitor.Actor, id),
                "cancel" => await replays.CancelAsync(visitor.Actor, id),
                _ => throw new OperationRefusedException("There is no such action."),
            };
            return changed ? Reply.Done(context, verb switch { "pause" => "The replay is paused.", "resume" => "The replay goes on.", _ => "The replay is cancelled; what it has sent stays sent." })
                : throw new OperationRefusedException("The replay is not in that state any more.");
        });
}
