using EventBus.Operations;
using EventBus.Operations.Audit;
using EventBus.OperatorConsole.Access;
using EventBus.OperatorConsole.Pages;

namespace EventBus.OperatorConsole;

/// <summary>Where pages are.</summary>
static class PageRoutes
{
    const int CsvRows = 100_000;

    public static void MapPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/sign-in", () => Reply.Page<SignInPage>()).WithMetadata(new OpenToAll());
        routes.MapGet("/welcome/{token}", (string token) => Reply.Page<WelcomePage>((nameof(WelcomePage.Token), token))).WithMetadata(new OpenToAll());
        routes.MapGet("/", () => Reply.Page<OverviewPage>());
        routes.MapGet("/account", () => Reply.Page<AccountPage>());
        routes.MapGet("/events", (HttpContext context) => Reply.Page<EventsPage>((nameof(EventsPage.Search), EventSearch.Read(context.Request.Query))));
        routes.MapGet("/events/{key}", (string key) => Reply.Page<EventPage>((nameof(EventPage.Key), key)));
        routes.MapGet("/flow", () => Reply.Page<FlowPage>());
        routes.MapGet("/failures", (string? consumer) => Reply.Page<FailuresPage>((nameof(FailuresPage.Consumer), Given(consumer))));
        routes.MapGet("/failures/{group}", (string group, string? state, long? before) => Reply.Page<FailurePage>(
            (nameof(FailurePage.Group), group), (nameof(FailurePage.State), state ?? "dead"), (nameof(FailurePage.Before), before)));
        routes.MapGet("/failures/{group}/{delivery:long}", (string group, long delivery) => Reply.Page<LetterPage>((nameof(LetterPage.Group), group), (nameof(LetterPage.Delivery), delivery)));
        routes.MapGet("/endpoints", () => Reply.Page<EndpointsPage>());
        routes.MapGet("/endpoints/{name}", (string name) => Reply.Page<EndpointPage>((nameof(EndpointPage.Name), name)));
        routes.MapGet("/alerts", (long? before) => Reply.Page<AlertsPage>((nameof(AlertsPage.Before), before)));
        routes.MapGet("/queues", () => Reply.Page<QueuesPage>());
        routes.MapGet("/queues/topology", () => Reply.Page<TopologyPage>());
        routes.MapGet("/replays", () => Reply.Page<ReplaysPage>());
        routes.MapGet("/replays/new", (HttpContext context) => Reply.Page<NewReplayPage>((nameof(NewReplayPage.Search), ReplaySearch.Read(context.Request.Query))));
        routes.MapGet("/workflows", (string? workflow, string? status, string? tenant, string? s, long? before) => Reply.Page<WorkflowsPage>(
            (nameof(WorkflowsPage.Workflow), Given(workflow)), (nameof(WorkflowsPage.Status), Given(status)), (nameof(WorkflowsPage.Tenant), Given(tenant)), (nameof(WorkflowsPage.Subject), Given(s)),
            (nameof(WorkflowsPage.Before), before)));
        routes.MapGet("/workflows/{run}", (string run) => Reply.Page<WorkflowPage>((nameof(WorkflowPage.Run), run)));
        routes.MapGet("/records", (string? kind, bool? told, string? before) => Reply.Page<RecordsPage>(
            (nameof(RecordsPage.Kind), Kind(kind)), (nameof(RecordsPage.Told), told ?? false), (nameof(RecordsPage.Before), Given(before))));
        routes.MapGet("/records/{kind}/{key}", (string kind, string key) => Reply.Page<RecordPage>((nameof(RecordPage.Kind), Kind(kind)), (nameof(RecordPage.Key), key)));
        routes.MapGet("/catalog/{type}", (string type) => Reply.Page<CatalogTypePage>((nameof(CatalogTypePage.Type), type)));
        routes.MapGet("/catalog", (string? family) => Reply.Page<CatalogPage>((nameof(CatalogPage.Selected), family)));
        routes.MapGet("/audit", (string? actor, string? action, string? target, long? before, bool? verify) => Reply.Page<AuditPage>(
            (nameof(AuditPage.Filter), Filter(actor, action, target)), (nameof(AuditPage.Before), before), (nameof(AuditPage.Verify), verify ?? false)));
        routes.MapGet("/audit.csv", async (string? actor, string? action, string? target, AuditLog audit, CancellationToken cancellationToken) =>
            Results.Text(AuditCsv.Write(await audit.ListAsync(Filter(actor, action, target), null, CsvRows, cancellationToken)), "text/csv; charset=utf-8"));
        routes.MapGet("/settings", () => Reply.Page<SettingsPage>());
    }

    static AuditFilter Filter(string? actor, string? action, string? target) => new(Given(actor), Given(action), Given(target));

    /// <summary>One of those that there are; the first where there is none of that name.</summary>
    static string Kind(string? kind) => Records.Kinds.FirstOrDefault(k => k == kind) ?? Records.Kinds[0];

    static string? Given(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();
}
