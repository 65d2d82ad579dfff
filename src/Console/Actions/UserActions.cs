using EventBus.Operations;
using EventBus.Operations.Access;
using EventBus.OperatorConsole.Access;
using Microsoft.AspNetCore.Mvc;

namespace EventBus.OperatorConsole.Actions;

/// <summary>Making and changing accounts.</summary>
static class UserActions
{
    public static void MapUsers(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/users/create", async (HttpContext context, [FromForm] string name, [FromForm] string role, Visitor visitor, Users users) =>
        {
            var (password, payloads) = (context.Request.Form["password"].ToString(), context.Request.Form["payloads"] == "true");
            var given = Enum.TryParse<Role>(role, ignoreCase: true, out var r) && Enum.IsDefined(r) ? r : throw new OperationRefusedException("There is no such role.");
            if (password.Length == 0)
            {
                await users.PermitAsync(visitor.Actor, name, given, payloads);
                return Reply.Done(context, $"{name} is {role}{(payloads ? " and may see payloads" : "")}, and signs in again.");
            }

            await users.CreateAsync(visitor.Actor, name, password, given, payloads);
            return Reply.Done(context, $"{name} may sign in.");
        });
        routes.MapPost("/users/change", async (HttpContext context, [FromForm] string act, Visitor visitor, Users users) =>
        {
            var (verb, name) = act.Split(':', 2) is [var v, var n] ? (v, n) : ("", "");
            await (verb switch
            {
                "disable" => users.DisableAsync(visitor.Actor, name),
                "enable" => users.EnableAsync(visitor.Actor, name),
                _ => throw new OperationRefusedException("There is no such action."),
            });
            return Reply.Done(context, verb == "disable" ? $"{name} signs in no more; its sessions have ended." : $"{name} may sign in again.");
        });
    }
}
