using EventBus.Operations;
using EventBus.OperatorConsole.Access;
using EventBus.OperatorConsole.Pages;
using Microsoft.AspNetCore.Mvc;

namespace EventBus.OperatorConsole.Actions;

/// <summary>Finding and cancelling runs of workflows, and revealing records.</summary>
static class RecordActions
{
    public static void MapRecords(this IEndpointRouteBuilder routes)
    {
        // By POST, so that a subject never stands in a URL.
        routes.MapPost("/workflows/search", (HttpContext context, Visitor visitor, SubjectSearches subjects) =>
        {
            string Given(string field) => context.Request.Form[field].ToString();
            var subject = Given("subject").Trim() is { Length: > 0 } given ? subjects.Keep(visitor.Session.Id, given) : Given("s");
            return Reply.To(context, WorkflowsPage.PathOf(Given("workflow"), Given("status"), Given("tenant"), subject, null));
        });
        routes.MapPost("/workflows/cancel", async (HttpContext context, [FromForm] string run, [FromForm] string reason, Visitor visitor, WorkflowRuns runs) =>
        {
            var sent = await runs.CancelAsync(visitor.Actor, run, reason);
            return Reply.Done(context, sent is null ? "The run is cancelled." : $"The run is cancelled. What it has handed to {sent.Endpoint} is delivered all the same.");
        });
        routes.MapPost("/records/reveal", async (HttpContext context, [FromForm] string kind, [FromForm] string key, [FromForm] string reason, Visitor visitor, Reveals reveals) =>
        {
            await reveals.RevealRecordAsync(visitor.Session, kind, key, reason);
            Reply.Back(context);
        });
    }
}
