using System.CommandLine;
using EventBus.Operations.Audit;

namespace EventBus.Cli;

/// <summary><c>eventbus audit list|verify</c>.</summary>
static class AuditCommand
{
    public static Command Create() => new("audit", "The audit log: who did or saw what, when, and why.") { List(), Verify() };

    static Command List()
    {
        var actor = new Option<string?>("--actor") { Description = "What one account did." };
        var action = new Option<string?>("--action") { Description = "What was done, or what it begins with: dead.retry, endpoints." };
        var target = new Option<string?>("--target") { Description = "To what." };
        var limit = new Option<int>("--limit") { Description = "At most so many.", DefaultValueFactory = _ => 50 };
        var before = new Option<long?>("--before") { Description = "The next page: the number of the last entry of the page before." };
        return StoredCommand.Create("list", "The newest first.", [actor, action, target, limit, before, StoredCommand.Json], async (parsed, database, cancellationToken) =>
        {
            var entries = await new AuditLog(database, TimeProvider.System).ListAsync(
                new AuditFilter(parsed.GetValue(actor), parsed.GetValue(action), parsed.GetValue(target)), parsed.GetValue(before), Math.Clamp(parsed.GetValue(limit), 1, 1000), cancellationToken);
            return Terminal.List(
                parsed, entries,
                ["Number", "When", "Who", "By", "Action", "Target", "Count", "Reason"],
                e => [e.Number, Terminal.Time(e.At), e.Actor, e.Face, e.Action, e.Target, e.Count, e.Reason]);
        });
    }

    static Command Verify() => StoredCommand.Create("verify", "Proves that no entry was changed, removed or added by hand; ends with 1 where one was.", [StoredCommand.Json], async (parsed, database, cancellationToken) =>
    {
        var (entries, wrong) = await new AuditLog(database, TimeProvider.System).VerifyAsync(cancellationToken);
        if (parsed.GetValue(StoredCommand.Json))
        {
            Terminal.Json(new { whole = wrong is null, entries, wrong });
        }
        else
        {
            await Console.Out.WriteLineAsync(wrong is null ? $"The chain of {entries} entries is whole." : $"{wrong} The {entries} before it hold.");
        }

        return wrong is null ? 0 : ExitCodes.Refused;
    });
}
