using EventBus.Operations;
using EventBus.Operations.Access;
using EventBus.OperatorConsole.Access;
using Microsoft.AspNetCore.Mvc;

namespace EventBus.OperatorConsole.Actions;

/// <summary>Signing in and out, sessions, the theme.</summary>
static class AccessActions
{
    static readonly TimeSpan Year = TimeSpan.FromDays(365);

    public static void MapAccess(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/sign-in", SignInAsync).WithMetadata(new OpenToAll()).RequireRateLimiting(SignInLimit.Policy);
        routes.MapPost("/welcome", AcceptAsync).WithMetadata(new OpenToAll()).RequireRateLimiting(SignInLimit.Policy);
        routes.MapPost("/sign-out", async (HttpContext context, Visitor visitor, Sessions sessions) =>
        {
            await sessions.EndAsync(visitor.Actor, visitor.Session.Id);
            context.Response.Cookies.Delete(Cookies.Session);
            return Reply.Done(context, "You are signed out.", "/sign-in");
        });
        routes.MapPost("/sessions/end", async (HttpContext context, [FromForm] string session, Visitor visitor, Sessions sessions) =>
        {
            await sessions.EndAsync(visitor.Actor, session);
            return Reply.Done(context, "The session has ended.");
        });
        routes.MapPost("/theme", (HttpContext context, [FromForm] string theme) =>
        {
            Cookies.Set(context, Cookies.Theme, theme is "light" or "dark" ? theme : "system", Year);
            Reply.Back(context);
        });
    }

    static async Task<IResult> SignInAsync(HttpContext context, [FromForm] string name, [FromForm] string password, Sessions sessions)
    {
        try
        {
            return Enter(context, await sessions.SignInAsync(name, password));
        }
        catch (OperationRefusedException e)
        {
            Reply.Say(context, e.Message, refused: true);
            return Reply.To(context, "/sign-in");
        }
    }

    static async Task<IResult> AcceptAsync(HttpContext context, [FromForm] string token, [FromForm] string name, [FromForm] string password, Sessions sessions) =>
        Enter(context, await sessions.AcceptInvitationAsync(token, name, password));

    static IResult Enter(HttpContext context, string secret)
    {
        Cookies.Set(context, Cookies.Session, secret, Sessions.Longest);
        return Reply.To(context, "/");
    }
}
