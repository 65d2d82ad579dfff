namespace EventBus.OperatorConsole.Actions;

/// <summary>What forms do. The gate has checked that each form is ours; Operations asks whether who sent it may do it.</summary>
static class ActionRoutes
{
    public static void MapActions(this IEndpointRouteBuilder routes)
    {
        var actions = routes.MapGroup("").DisableAntiforgery();
        actions.MapAccess();
        actions.MapEvents();
        actions.MapFailures();
        actions.MapEndpoints();
        actions.MapQueues();
        actions.MapReplays();
        actions.MapAlerts();
        actions.MapRecords();
        actions.MapKeys();
        actions.MapUsers();
    }
}
