using System.Globalization;
using EventBus.Operations;
using EventBus.Operations.Access;
using EventBus.OperatorConsole.Access;
using EventBus.OperatorConsole.Pages;
using Microsoft.AspNetCore.Mvc;

namespace EventBus.OperatorConsole.Actions;

/// <summary>Making, rotating and revoking keys of senders. A key that is made is in the answer, and nowhere else.</summary>
static class KeyActions
{
    public static void MapKeys(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/keys/create", async (HttpContext context, [FromForm] string name, [FromForm] string sources, Visitor visitor, PublisherKeys keys) =>
        {
            string? Given(string field) => context.Request.Form[field].ToString().Trim() is { Length: > 0 } value ? value : null;
            var existing = Given("existing");
            var key = await keys.CreateAsync(visitor.Actor, name.Trim(), sources.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), Given("tenant"), existing);
            return existing is null ? Show(name.Trim(), key) : Reply.Done(context, $"The key of {name} counts within two seconds.");
        });
        routes.MapPost("/keys/rotate", async ([FromForm] string name, [FromForm] string overlap, Visitor visitor, PublisherKeys keys) =>
            Show(name, await keys.RotateAsync(
                visitor.Actor, name, TimeSpan.TryParse(overlap, CultureInfo.InvariantCulture, out var time) ? time : throw new OperationRefusedException("There is no such time."))));
        routes.MapPost("/keys/revoke", async (HttpContext context, [FromForm] string name, Visitor visitor, PublisherKeys keys) =>
        {
            await keys.RevokeAsync(visitor.Actor, name, context.Request.Form["reason"].ToString());
            return Reply.Done(context, $"{name} is let in no more, within two seconds.", "/settings");
        });
    }

    static IResult Show(string name, string key) => Reply.Page<SettingsPage>((nameof(SettingsPage.Made), new NewKey(name, key)));
}
