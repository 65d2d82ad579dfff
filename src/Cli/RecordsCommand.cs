using System.CommandLine;
using EventBus.Operations;
using EventBus.Operations.Access;

namespace EventBus.Cli;

/// <summary><c>eventbus records list|show|told</c>.</summary>
static class RecordsCommand
{
    static readonly Argument<string> Kind = new("kind") { Description = "command, appointment or hospitalization." };
    static readonly Option<int> Limit = new("--limit") { Description = "At most so many.", DefaultValueFactory = _ => 50 };

    public static Command Create() => new("records", "What consumers know of commands, appointments and hospitalizations.") { List(), Show(), Told() };

    static Command List()
    {
        var before = new Option<string?>("--before") { Description = "The next page: the cursor of the last one of the page before." };
        return StoredCommand.Create("list", "Those that something came of last, first; nothing of a patient.", [Kind, Limit, before, StoredCommand.Json], async (parsed, database, cancellationToken) =>
        {
            var limit = Math.Clamp(parsed.GetValue(Limit), 1, 1000);
            var records = await new Records(database, TimeProvider.System).ListAsync(parsed.GetValue(Kind)!, parsed.GetValue(before), limit, cancellationToken);
            if (parsed.GetValue(StoredCommand.Json))
            {
                Terminal.Json(records);
                return 0;
            }

            Terminal.Table(
                ["Changed", "Key", "Status", "Command", "Told", "Tenant", "Source"],
                records.Select(r => (object?[])[Terminal.Time(r.UpdatedAt), r.Key, r.Status, r.Command, string.Join(", ", r.Told), r.Tenant, r.Source]));
            if (records.Count == limit)
            {
                await Console.Out.WriteLineAsync($"More: --before {records[^1].Cursor}");
            }

            return 0;
        });
    }

    static Command Show()
    {
        var key = new Argument<string>("key") { Description = "The record, as list shows it." };
        var payload = new Option<bool>("--payload") { Description = "Write all of it, patient data included, as JSON." };
        var reason = new Option<string?>("--reason") { Description = "Why it is looked at; it is noted in the audit log." };
        return StoredCommand.Create("show", "One record, and what happened.", [Kind, key, payload, reason, StoredCommand.Json], async (parsed, database, cancellationToken) =>
        {
            var records = new Records(database, TimeProvider.System);
            if (parsed.GetValue(payload))
            {
                await Console.Out.WriteLineAsync(
                    await records.RevealAsync(Actor.CommandLine, parsed.GetValue(Kind)!, parsed.GetValue(key)!, parsed.GetValue(reason) ?? "", cancellationToken) ?? throw None());
                return 0;
            }

            var (record, steps) = await records.FindAsync(parsed.GetValue(Kind)!, parsed.GetValue(key)!, cancellationToken) ?? throw None();
            if (parsed.GetValue(StoredCommand.Json))
            {
                Terminal.Json(new { record, steps });
                return 0;
            }

            await Console.Out.WriteLineAsync($"{record.Kind} {record.Key}: {record.Status}{(record.Told.Count == 0 ? "" : $"; told: {string.Join(", ", record.Told)}")}");
            Terminal.Table(["Accepted", "What"], steps.Select(s => (object?[])[Terminal.Time(s.At), s.What]));
            return 0;
        });
    }

    static Command Told()
    {
        var before = new Option<string?>("--before") { Description = "The next page: the cursor of the last one of the page before." };
        return StoredCommand.Create("told", "Commands that stalled or took an impossible turn, the newest first.", [Limit, before, StoredCommand.Json], async (parsed, database, cancellationToken) =>
        {
            var findings = await new CommandFindings(database, TimeProvider.System).ListAsync(FilterOptions.ReadCursor(parsed.GetValue(before)), Math.Clamp(parsed.GetValue(Limit), 1, 1000), cancellationToken);
            return Terminal.List(
                parsed, findings,
                ["Cursor", "Told", "What", "Why", "Command", "Stands now", "Tenant", "Record"],
                f => [f.Cursor, Terminal.Time(f.At), f.Kind, f.Reason, f.Command, f.Status, f.Tenant, f.Key]);
        });
    }

    static CommandException None() => new("There is no such record; eventbus records list shows them.");
}
