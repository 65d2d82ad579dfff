using System.Globalization;
using EventBus.Operations;
using EventBus.OperatorConsole.Components;
using EventBus.OperatorConsole.Access;
using Microsoft.AspNetCore.Mvc;

namespace EventBus.OperatorConsole.Actions;

/// <summary>Pausing, draining, disabling, resuming and testing endpoints; adding and changing those of run time.</summary>
static class EndpointActions
{
    public static void MapEndpoints(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/endpoints/change", async (HttpContext context, [FromForm] string endpoint, [FromForm] string state, Visitor visitor, Endpoints endpoints) =>
        {
            await endpoints.SetStateAsync(visitor.Actor, endpoint, state, context.Request.Form["reason"] is [{ Length: > 0 } reason, ..] ? reason : $"by {visitor.Session.UserName}");
            return Reply.Done(context, $"{endpoint} is {state}. Whoever delivers sees it within two seconds.");
        });
        routes.MapPost("/endpoints/add", async (HttpContext context, [FromForm] string endpoint, Visitor visitor, EndpointDesk desk, CancellationToken cancellationToken) =>
        {
            var name = endpoint.Trim();
            var settings = Settings(context.Request.Form).Where(s => s.Value is not null).ToDictionary(s => s.Key, s => s.Value!, StringComparer.OrdinalIgnoreCase);
            var secret = await desk.AddAsync(visitor.Actor, name, settings, cancellationToken);
            return Reply.Done(context, $"{name} is added, and delivered to within seconds. Its secret, shown this once: {secret}", $"/endpoints/{Uri.EscapeDataString(name)}");
        });
        routes.MapPost("/endpoints/edit", async (HttpContext context, [FromForm] string endpoint, Visitor visitor, EndpointDesk desk, CancellationToken cancellationToken) =>
        {
            await desk.EditAsync(visitor.Actor, endpoint, Settings(context.Request.Form), cancellationToken);
            return Reply.Done(context, $"{endpoint} is changed. Whoever delivers sees it within seconds.");
        });
        routes.MapPost("/endpoints/rotate", async (HttpContext context, [FromForm] string endpoint, [FromForm] int hours, Visitor visitor, EndpointDesk desk) =>
        {
            var secret = await desk.RotateAsync(visitor.Actor, endpoint, TimeSpan.FromHours(Math.Clamp(hours, -1, 10_000)));
            return Reply.Done(context, $"The new secret of {endpoint}, shown this once: {secret}. The one before counts as well for {hours} h.");
        });
        routes.MapPost("/endpoints/remove", async (HttpContext context, [FromForm] string endpoint, Visitor visitor, EndpointDesk desk) =>
        {
            var waited = await desk.RemoveAsync(visitor.Actor, endpoint, context.Request.Form["reason"]);
            return Reply.Done(context, $"{endpoint} is removed; {waited} deliveries that waited for it are discarded.", "/endpoints");
        });
        routes.MapPost("/endpoints/test", async (HttpContext context, [FromForm] string endpoint, Visitor visitor, Endpoints endpoints, IServiceProvider services, CancellationToken cancellationToken) =>
        {
            var tester = services.GetService<IEndpointTester>() ?? throw new OperationRefusedException("Nothing is delivered from this process: eventbus endpoints test sends one.");
            var (taken, result) = await endpoints.TestAsync(visitor.Actor, endpoint, tester, cancellationToken);
            Reply.Say(context, $"Test: {result}", refused: !taken);
            Reply.Back(context);
        });
    }

    /// <summary>The settings that the form has; an empty one is null.</summary>
    static Dictionary<string, string?> Settings(IFormCollection form)
    {
        var settings = EndpointFields.Names.Where(form.ContainsKey).ToDictionary(n => n, n => form[n].ToString().Trim() is { Length: > 0 } value ? value : null, StringComparer.OrdinalIgnoreCase);
        settings["KeepResponse"] = form["KeepResponse"] == "true" ? "true" : null;
        var events = form["Events"].ToString().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < events.Length; i++)
        {
            settings[string.Create(CultureInfo.InvariantCulture, $"Events:{i}")] = events[i];
        }

        return settings;
    }
}
