using System.CommandLine;
using EventBus.Operations;
using EventBus.Storage;

namespace EventBus.Cli;

/// <summary><c>eventbus ledger</c>.</summary>
static class LedgerCommand
{
    public static Command Create()
    {
        var from = new Option<string>("--from") { Description = "Accepted at this time or later: 2026-01-31T08:00Z, or so long ago: 90m, 12h, 7d.", DefaultValueFactory = _ => "1h" };
        var to = new Option<string?>("--to") { Description = "Accepted before this time; a moment ago unless given, since events may be on their way." };
        var missing = new Option<bool>("--missing") { Description = "List the events behind each difference." };
        return StoredCommand.Create(
            "ledger", "For each consumer and endpoint: accepted, what became of it, and the difference, which is zero. It ends with 1 where it is not.", [from, to, missing, StoredCommand.Json],
            async (parsed, database, cancellationToken) =>
            {
                var (start, end) = (FilterOptions.ReadTime(parsed.GetValue(from))!.Value, FilterOptions.ReadTime(parsed.GetValue(to)) ?? DateTimeOffset.UtcNow - Ledger.Grace);
                var ledger = new Ledger(database);
                var entries = await ledger.CountAsync(start, end, cancellationToken);
                var lost = new List<(LedgerEntry Entry, IReadOnlyList<StoredEvent> Events)>();
                foreach (var entry in entries.Where(e => e.Difference != 0 && parsed.GetValue(missing)))
                {
                    lost.Add((entry, await ledger.MissingAsync(entry.Consumer, entry.Endpoint, start, end, 1000, cancellationToken)));
                }

                if (parsed.GetValue(StoredCommand.Json))
                {
                    Terminal.Json(new
                    {
                        from = start,
                        to = end,
                        entries = entries.Select(e => new { e.Consumer, e.Endpoint, e.Accepted, states = e.States.ToDictionary(s => s.Key.ToString().ToLowerInvariant(), s => s.Value, StringComparer.Ordinal), e.Difference }),
                        missing = lost.SelectMany(l => l.Events.Select(e => new { l.Entry.Consumer, l.Entry.Endpoint, e.Id, e.Source, e.Type })),
                    });
                }
                else
                {
                    var states = Enum.GetValues<DeliveryState>();
                    Terminal.Table(
                        ["Consumer", "Endpoint", "Accepted", .. states.Select(s => s.ToString()), "Difference"],
                        entries.Select(e => (object?[])[e.Consumer, e.Endpoint, e.Accepted, .. states.Select(s => (object?)e.States[s]), e.Difference]));
                    if (lost.Count > 0)
                    {
                        Terminal.Table(["Consumer", "Endpoint", "Event", "Type", "Accepted"], lost.SelectMany(l => l.Events.Select(e => (object?[])[l.Entry.Consumer, l.Entry.Endpoint, e.Id, e.Type, Terminal.Time(e.AcceptedAt)])));
                    }
                }

                return entries.Any(e => e.Difference != 0) ? ExitCodes.Refused : 0;
            });
    }
}
