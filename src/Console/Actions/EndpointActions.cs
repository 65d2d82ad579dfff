using EventBus.Operations;
using EventBus.OperatorConsole.Access;
using Microsoft.AspNetCore.Mvc;

namespace EventBus.OperatorConsole.Actions;

/// <summary>Pausing, draining, disabling, resuming and testing endpoints.</summary>
static class EndpointActions
{
    public static void MapEndpoints(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/endpoints/change", async (HttpContext context, [FromForm] string endpoint, [FromForm] string state, Visitor visitor, Endpoints endpoints) =>
        {
            await endpoints.SetStateAsync(visitor.Actor, endpoint, state, context.Request.Form["reason"] is [{ Length: > 0 } reason, ..] ? reason : $"by {visitor.Session.UserName}");
            return Reply.Done(context, $"{endpoint} is {state}. Whoever delivers sees it within two seconds.");
        });
        routes.MapPost("/endpoints/test", async (HttpContext context, [FromForm] string endpoint, Visitor visitor, Endpoints endpoints, IServiceProvider services, CancellationToken cancellationToken) =>
        {
            var tester = services.GetService<IEndpointTester>() ?? throw new OperationRefusedException("Nothing is delivered from this process: eventbus endpoints test sends one.");
            var (taken, result) = await endpoints.TestAsync(visitor.Actor, endpoint, tester, cancellationToken);
            Reply.Say(context, $"Test: {result}", refused: !taken);
            Reply.Back(context);
        });
    }
}
