using EventBus.Operations;
using EventBus.OperatorConsole.Access;
using EventBus.Storage;
using Microsoft.AspNetCore.Mvc;

namespace EventBus.OperatorConsole.Actions;

/// <summary>Searching, revealing, sending one event again.</summary>
static class EventActions
{
    public static void MapEvents(this IEndpointRouteBuilder routes)
    {
        // By POST, so that a subject never stands in a URL.
        routes.MapPost("/events/search", (HttpContext context, Visitor visitor, SubjectSearches subjects) =>
            Reply.To(context, WithSubject(EventSearch.Read(context.Request.Form), context, visitor, subjects).Path()));
        routes.MapPost("/events/same-subject", async (HttpContext context, [FromForm] string key, Visitor visitor, SubjectSearches subjects, EventQuery events, CancellationToken cancellationToken) =>
        {
            var found = await events.FindAsync(key, cancellationToken);
            return found?.Subject is { } subject
                ? Reply.To(context, new EventSearch(null, null, null, found.Source, found.Tenant, subjects.Keep(visitor.Session.Id, subject), null, null, null, null).Path())
                : throw new OperationRefusedException("The event has no subject.");
        });
        routes.MapPost("/events/reveal", async (HttpContext context, [FromForm] string key, [FromForm] string reason, Visitor visitor, Reveals reveals) =>
        {
            await reveals.RevealAsync(visitor.Session, key, reason);
            Reply.Back(context);
        });
        routes.MapPost("/events/replay", async (HttpContext context, [FromForm] string key, [FromForm] string to, Visitor visitor, Replays replays, EventQuery events, CancellationToken cancellationToken) =>
        {
            var found = await events.FindAsync(key, cancellationToken) ?? throw new OperationRefusedException("There is no such event any more.");
            var (consumer, endpoint) = to.Split('/', 2) is [var c, var e] ? (c, e) : throw new OperationRefusedException("There is no such consumer.");
            await replays.StartAsync(visitor.Actor, new EventFilter { Id = found.Id, Source = found.Source }, consumer, endpoint, 1, cancellationToken);
            return Reply.Done(context, "It is sent again; the attempt appears below.");
        });
    }
    /// <summary>A subject that the form gives is kept, and a number stands for it.</summary>
    internal static EventSearch WithSubject(EventSearch search, HttpContext context, Visitor visitor, SubjectSearches subjects) =>
        context.Request.Form["subject"].ToString().Trim() is { Length: > 0 } subject ? search with { Subject = subjects.Keep(visitor.Session.Id, subject) } : search;
}
