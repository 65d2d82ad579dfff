using System.Text.Json;
using Dapper;
using EventBus.Contracts;
using EventBus.Storage;

namespace EventBus.Operations;

/// <summary>Commands that stall or took an impossible turn: the events that told so, and how each command stands now.</summary>
public sealed class CommandFindings(Database database, TimeProvider time)
{
    static readonly string[] Types = [EventTypes.EventBus.CommandStalled, EventTypes.EventBus.CommandIrregular];

    /// <summary>The newest first.</summary>
    /// <param name="before">Where the page before ended; null for the first page.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<CommandFinding>> ListAsync(EventCursor? before, int limit, CancellationToken cancellationToken = default)
    {
        var rows = new List<Row>();
        await using (var connection = await database.ConnectAsync(cancellationToken))
        {
            // Each for itself, so that the index by type and time is read backwards and no further than the page.
            foreach (var type in Types)
            {
                rows.AddRange(await connection.QueryAsync<Row>(new CommandDefinition(
                    """
                    SELECT position AS Position, event_key AS EventKey, id AS Id, type AS Type, accepted_at AS At, tenant AS Tenant, body AS Body FROM events
                    WHERE type = @type AND (accepted_at, position) < (@acceptedAt, @position) ORDER BY accepted_at DESC, position DESC LIMIT @limit
                    """,
                    new { type, acceptedAt = before?.AcceptedAt ?? long.MaxValue, position = before?.Position ?? long.MaxValue, limit }, cancellationToken: cancellationToken)));
            }
        }

        var page = rows.OrderByDescending(r => r.At).ThenByDescending(r => r.Position).Take(limit).ToList();
        var records = new Records(database, time);
        var findings = new List<CommandFinding>();
        foreach (var row in page)
        {
            // The event's id begins with the record's key.
            var key = row.Id.Split('.', 2)[0];
            var data = EventJson.Parse(row.Body).Data ?? default;
            string? Text(string name) => data.ValueKind == JsonValueKind.Object && data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
            var record = (await records.FindAsync("command", key, cancellationToken))?.Record;
            findings.Add(new CommandFinding(new EventCursor(row.At, row.Position).ToString(), row.EventKey, key, row.Type[(row.Type.LastIndexOf('.') + 1)..], row.At, row.Tenant, Text("command"), Text("reason"), record?.Status));
        }

        return findings;
    }

    sealed class Row
    {
        public long Position { get; init; }

        public string EventKey { get; init; } = "";

        public string Id { get; init; } = "";

        public string Type { get; init; } = "";

        public long At { get; init; }

        public string? Tenant { get; init; }

        public byte[] Body { get; init; } = [];
    }
}
