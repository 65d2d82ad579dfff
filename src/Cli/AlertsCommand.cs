using System.CommandLine;
using EventBus.Operations.Access;
using EventBus.Operations.Alerts;

namespace EventBus.Cli;

/// <summary><c>eventbus alerts list|acknowledge|snooze</c>.</summary>
static class AlertsCommand
{
    const int Resolved = 50;

    static readonly Argument<long> Id = new("id") { Description = "The alert's number." };
    static readonly Option<bool> All = new("--all") { Description = $"Also the last {Resolved} that are resolved." };
    static readonly Option<string> For = new("--for") { Description = "For how long: 30m, 4h, 2d.", DefaultValueFactory = _ => "1h" };

    public static Command Create() => new("alerts", "Alerts: what is wrong, and who looks after it.")
    {
        StoredCommand.Create("list", "Those that are open; first those that nobody looks after.", [All, StoredCommand.Json], async (parsed, database, cancellationToken) =>
        {
            var desk = new AlertDesk(database, TimeProvider.System);
            List<Alert> alerts = [.. await desk.OpenAsync(cancellationToken), .. parsed.GetValue(All) ? await desk.ResolvedAsync(null, Resolved, cancellationToken) : []];
            return Terminal.List(
                parsed, alerts,
                ["Id", "Severity", "Text", "Since", "Raised", "State"],
                a => [a.Id, a.Severity.ToString().ToLowerInvariant(), a.Text, Terminal.Time(a.Since), Terminal.Time(a.RaisedAt), a.Untold is null ? State(a) : $"{State(a)}; not told yet: {a.Untold}"]);
        }),
        StoredCommand.Create("acknowledge", "Says that you look after it.", [Id], async (parsed, database, _) =>
        {
            await new AlertDesk(database, TimeProvider.System).AcknowledgeAsync(Actor.CommandLine, parsed.GetValue(Id));
            return 0;
        }),
        StoredCommand.Create("snooze", "Puts it off; it is told of again if it is still open then.", [Id, For], async (parsed, database, _) =>
        {
            await new AlertDesk(database, TimeProvider.System).SnoozeAsync(Actor.CommandLine, parsed.GetValue(Id), FilterOptions.ReadSpan(parsed.GetValue(For)!));
            return 0;
        }),
    };

    static string State(Alert alert) => alert switch
    {
        { ResolvedAt: { } at } => $"resolved {Terminal.Time(at)}",
        { AcknowledgedBy: { } by } => $"acknowledged by {by}",
        { SnoozedUntil: { } until } => $"snoozed until {Terminal.Time(until)}",
        _ => "open",
    };
}
