using EventBus.Operations;
using EventBus.OperatorConsole.Access;
using EventBus.OperatorConsole.Components;
using EventBus.Storage;
using Microsoft.AspNetCore.Mvc;

namespace EventBus.OperatorConsole.Actions;

/// <summary>Preparing, starting, pausing, resuming and cancelling replays.</summary>
static class ReplayActions
{
    public static void MapReplays(this IEndpointRouteBuilder routes)
    {
        // By POST, so that a subject never stands in a URL.
        routes.MapPost("/replays/plan", (HttpContext context, Visitor visitor, SubjectSearches subjects) =>
        {
            var search = ReplaySearch.Read(context.Request.Form);
            return Reply.To(context, (search with { Events = EventActions.WithSubject(search.Events, context, visitor, subjects) }).Path());
        });
        routes.MapPost("/replays/start", async (HttpContext context, Visitor visitor, SubjectSearches subjects, Replays replays, CancellationToken cancellationToken) =>
        {
            var search = ReplaySearch.Read(context.Request.Form);
            var (consumer, endpoint) = search.Target ?? throw new OperationRefusedException("Say where it is to go.");
            EventFilter filter;
            try
            {
                filter = search.Events.ToFilter(visitor.Session.Id, subjects);
            }
            catch (FormatException e)
            {
                throw new OperationRefusedException(e.Message);
            }

            await replays.StartAsync(visitor.Actor, filter, consumer, endpoint, search.Rate, cancellationToken);
            return Reply.Done(context, $"The replay runs, {Times.Number(search.Rate)} events a second.", "/replays");
        });
        routes.MapPost("/replays/change", ChangeAsync);
    }

    static async Task<IResult> ChangeAsync(HttpContext context, [FromForm] string act, Visitor visitor, Replays replays)
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
    }
}
