using EventBus.Operations;
using EventBus.Operations.Alerts;
using EventBus.OperatorConsole.Access;
using EventBus.OperatorConsole.Components;
using Microsoft.AspNetCore.Mvc;

namespace EventBus.OperatorConsole.Actions;

/// <summary>Acknowledging and snoozing alerts, and forgetting hosts that are gone.</summary>
static class AlertActions
{
    public static void MapAlerts(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/alerts/acknowledge", async (HttpContext context, [FromForm] long alert, Visitor visitor, AlertDesk desk) =>
        {
            await desk.AcknowledgeAsync(visitor.Actor, alert);
            return Reply.Done(context, "You look after it.");
        });
        routes.MapPost("/alerts/snooze", async (HttpContext context, [FromForm] string snooze, Visitor visitor, AlertDesk desk) =>
        {
            var (alert, minutes) = snooze.Split(':') is [var a, var m] && long.TryParse(a, out var id) && int.TryParse(m, out var number) && number is > 0 and <= 100_000
                ? (id, TimeSpan.FromMinutes(number)) : throw new OperationRefusedException("There is no such alert.");
            await desk.SnoozeAsync(visitor.Actor, alert, minutes);
            return Reply.Done(context, $"It is put off for {Times.Length(minutes)}. If it is still open then, it is told of again.");
        });
        routes.MapPost("/hosts/forget", async (HttpContext context, [FromForm] string host, Visitor visitor, KnownHosts hosts) =>
        {
            await hosts.ForgetAsync(visitor.Actor, host);
            return Reply.Done(context, $"{host} is not missed any more.");
        });
    }
}
