using System.Globalization;
using EventBus.Operations;
using EventBus.OperatorConsole.Access;
using EventBus.OperatorConsole.Components;
using EventBus.OperatorConsole.Pages;
using Microsoft.AspNetCore.Mvc;

namespace EventBus.OperatorConsole.Actions;

/// <summary>Retrying, editing and discarding dead letters; what is said of those with one cause.</summary>
static class FailureActions
{
    public static void MapFailures(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/failures/act", ActAsync);
        routes.MapPost("/failures/mark", MarkAsync);
        routes.MapPost("/failures/review", async (HttpContext context, [FromForm] string group, [FromForm] long delivery, [FromForm] string data, Visitor visitor, DeadLetterDesk desk, Reveals reveals, CancellationToken cancellationToken) =>
        {
            var original = await OriginalAsync(group, delivery, visitor, desk, reveals, cancellationToken);
            var wrong = Payloads.WithData(original, data) is { } body ? DeadLetterDesk.Refusal(original, body) : "This is no JSON.";
            return Reply.Page<LetterPage>((nameof(LetterPage.Group), group), (nameof(LetterPage.Delivery), delivery), (nameof(LetterPage.Edited), data), (nameof(LetterPage.Wrong), wrong));
        });
        routes.MapPost("/failures/edit", async (HttpContext context, [FromForm] string group, [FromForm] long delivery, [FromForm] string data, Visitor visitor, DeadLetterDesk desk, Reveals reveals, CancellationToken cancellationToken) =>
        {
            var original = await OriginalAsync(group, delivery, visitor, desk, reveals, cancellationToken);
            await desk.EditAndRetryAsync(visitor.Actor, delivery, Payloads.WithData(original, data) ?? throw new OperationRefusedException("This is no JSON."));
            return Reply.Done(context, "It is tried again with the changes.", $"/failures/{Uri.EscapeDataString(group)}/{delivery}");
        });
    }

    static async Task<IResult> ActAsync(HttpContext context, [FromForm] string group, [FromForm] string act, Visitor visitor, DeadLetterDesk desk)
    {
        var selected = context.Request.Form["delivery"].Select(d => long.TryParse(d, out var delivery) ? delivery : throw new OperationRefusedException("There is no such dead letter.")).ToList();
        var all = act.EndsWith("-all", StringComparison.Ordinal);
        if (!all && selected.Count == 0)
        {
            throw new OperationRefusedException("Select some first.");
        }

        var filter = new DeadLetterFilter(CauseGroup: group) { Deliveries = all ? null : selected };
        return act.StartsWith("retry", StringComparison.Ordinal)
            ? Reply.Done(context, $"{Times.Number(await desk.RetryAsync(visitor.Actor, filter))} to be tried again. Below you see how it goes.")
            : Reply.Done(context, $"{Times.Number(await desk.DiscardAsync(visitor.Actor, filter, context.Request.Form["reason"].ToString()))} discarded.");
    }

    static async Task<IResult> MarkAsync(HttpContext context, [FromForm] string group, [FromForm] string act, Visitor visitor, FailureMarks marks)
    {
        string Given(string field) => context.Request.Form[field].ToString();
        await (act switch
        {
            "note" => marks.NoteAsync(visitor.Actor, group, Given("note")),
            "assign" => marks.AssignAsync(visitor.Actor, group, Given("account")),
            "silence" => marks.SilenceAsync(visitor.Actor, group, Given("length") is { Length: > 0 } length
                ? TimeSpan.TryParse(length, CultureInfo.InvariantCulture, out var time) ? time : throw new OperationRefusedException("There is no such time.") : null),
            "unsilence" => marks.UnsilenceAsync(visitor.Actor, group),
            _ => throw new OperationRefusedException("There is no such action."),
        });
        return Reply.Done(context, act switch { "note" => "The note is saved.", "assign" => "It is assigned.", "silence" => "It is silent.", _ => "It is silent no more." });
    }

    /// <summary>Only who sees it may edit it.</summary>
    static async Task<byte[]> OriginalAsync(string group, long delivery, Visitor visitor, DeadLetterDesk desk, Reveals reveals, CancellationToken cancellationToken)
    {
        var letter = (await desk.ListAsync(new DeadLetterFilter(delivery, group), null, 1, cancellationToken)) is [var found] ? found : throw new OperationRefusedException("There is no such dead letter.");
        return (await reveals.ReadAsync(visitor.Session, letter, cancellationToken))?.Body ?? throw new OperationRefusedException("The minute is over: reveal it again. Nothing was sent.");
    }
}
