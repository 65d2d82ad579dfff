using Dapper;

namespace EventBus.Storage;

/// <summary>Finds archived events.</summary>
public sealed class EventQuery(Database database)
{
    const string Columns = """
        position AS Position, event_key AS EventKey, id AS Id, source AS Source, type AS Type, family AS Family, tenant AS Tenant, subject AS Subject, publisher AS Publisher,
        gateway AS Gateway, gateway_sequence AS GatewaySequence, accepted_at AS AcceptedAt, archived_at AS ArchivedAt, unrouted AS Unrouted
        """;

    /// <summary>The newest events first, without their bodies.</summary>
    /// <param name="filter">What to find.</param>
    /// <param name="before">The position of the last event of the page before; null for the first page.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<IReadOnlyList<StoredEvent>> SearchAsync(EventFilter filter, long? before, int limit, CancellationToken cancellationToken = default) =>
        PageAsync($"SELECT {Columns} FROM events WHERE position < @cursor AND {{0}} ORDER BY position DESC LIMIT @limit", filter, before ?? long.MaxValue, 0, limit, cancellationToken);

    /// <summary>The events behind a position, up to another and with it, in order, with their bodies.</summary>
    /// <remarks>Fewer than <paramref name="limit"/> events mean that there are no more.</remarks>
    public Task<IReadOnlyList<StoredEvent>> ReadAsync(EventFilter filter, long afterPosition, long untilPosition, int limit, CancellationToken cancellationToken = default) =>
        PageAsync($"SELECT {Columns}, body AS Body FROM events WHERE position > @cursor AND position <= @until AND {{0}} ORDER BY position LIMIT @limit", filter, afterPosition, untilPosition, limit, cancellationToken);

    /// <summary>One event with its body, by what it is known by at consumers; null where there is none.</summary>
    public async Task<StoredEvent?> FindAsync(string eventKey, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<StoredEvent>(new CommandDefinition(
            $"SELECT {Columns}, body AS Body FROM events WHERE event_key = @eventKey", new { eventKey }, cancellationToken: cancellationToken));
    }

    /// <summary>The position of the newest event; 0 where there is none.</summary>
    public async Task<long> LastPositionAsync(CancellationToken cancellationToken = default)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        return await connection.QuerySingleAsync<long>("SELECT coalesce(max(position), 0) FROM events");
    }

    /// <summary>How many events there are, up to a position and with it.</summary>
    public async Task<long> CountAsync(EventFilter filter, long untilPosition = long.MaxValue, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var parameters = new DynamicParameters(new { untilPosition });
        await using var connection = await database.ConnectAsync(cancellationToken);
        var types = await connection.QueryAsync<(string Type, long Count)>(new CommandDefinition(
            $"SELECT type, count(*) FROM events WHERE position <= @untilPosition AND {filter.Where(parameters)} GROUP BY type", parameters, cancellationToken: cancellationToken));
        return types.Where(t => filter.Matches(t.Type)).Sum(t => t.Count);
    }

    /// <summary>How many subjects the events have, and the first of them by name. A subject is one within a tenant and source.</summary>
    public async Task<(long Count, IReadOnlyList<string> First)> SubjectsAsync(EventFilter filter, int first, long untilPosition = long.MaxValue, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var parameters = new DynamicParameters(new { untilPosition });
        await using var connection = await database.ConnectAsync(cancellationToken);
        var rows = await connection.QueryAsync<(string Type, string? Tenant, string Source, string Subject)>(new CommandDefinition(
            $"SELECT DISTINCT type, tenant, source, subject FROM events WHERE position <= @untilPosition AND subject IS NOT NULL AND {filter.Where(parameters)}",
            parameters, cancellationToken: cancellationToken));
        var subjects = rows.Where(r => filter.Matches(r.Type)).Select(r => (r.Tenant, r.Source, r.Subject)).Distinct().ToList();
        return (subjects.Count, [.. subjects.Select(s => s.Subject).Order(StringComparer.Ordinal).Take(first)]);
    }

    /// <summary>Reads on until the page is full, where SQL alone cannot tell what matches.</summary>
    async Task<IReadOnlyList<StoredEvent>> PageAsync(string sql, EventFilter filter, long cursor, long until, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var page = new List<StoredEvent>();
        await using var connection = await database.ConnectAsync(cancellationToken);
        while (true)
        {
            var parameters = new DynamicParameters(new { cursor, until, limit });
            var rows = (await connection.QueryAsync<StoredEvent>(new CommandDefinition(
                string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, filter.Where(parameters)), parameters, cancellationToken: cancellationToken))).AsList();
            page.AddRange(rows.Where(r => filter.Matches(r.Type)).Take(limit - page.Count));
            if (page.Count == limit || rows.Count < limit)
            {
                return page;
            }

            cursor = rows[^1].Position;
        }
    }
}
