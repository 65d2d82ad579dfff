using Dapper;

namespace EventBus.Storage;

/// <summary>Finds archived events.</summary>
public sealed class EventQuery(Database database)
{
    /// <summary>Events that one search looks through at most, where an index does not lead to what it looks for; then it says how far it came.</summary>
    public const int Scan = 20_000;

    /// <summary>Rows that are read at a time where only code can tell what matches.</summary>
    const int Chunk = 1_000;

    /// <summary>Positions that are looked through in one statement.</summary>
    const int Window = 100_000;

    const string Columns = """
        position AS Position, event_key AS EventKey, id AS Id, source AS Source, type AS Type, family AS Family, tenant AS Tenant, subject AS Subject, publisher AS Publisher,
        gateway AS Gateway, gateway_sequence AS GatewaySequence, accepted_at AS AcceptedAt, archived_at AS ArchivedAt, unrouted AS Unrouted
        """;

    /// <summary>The newest events first, without their bodies. However much is archived, it looks through <see cref="Scan"/> events at most.</summary>
    /// <param name="filter">What to find.</param>
    /// <param name="before">Where the page before ended; null for the first page.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<EventPage> SearchAsync(EventFilter filter, EventCursor? before, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        const string Order = "ORDER BY accepted_at DESC, position DESC";
        const string Behind = "(accepted_at, position) < (@cursorAcceptedAt, @cursorPosition) AND (accepted_at, position) >= (@oldestAcceptedAt, @oldestPosition)";
        var found = new List<StoredEvent>();
        var parameters = new DynamicParameters();

        // Times bound the part of the index that is read; as conditions they would be looked at row by row.
        var cursor = Least(before ?? EventCursor.Newest, filter.To);
        var oldest = filter.From is { } from ? EventCursor.At(from) : EventCursor.Oldest;
        var (indexed, rest) = (filter with { From = null, To = null }).Conditions(parameters);
        var rows = filter.IsForCode ? Chunk : limit;
        parameters.Add("rows", rows);
        await using var connection = await database.ConnectAsync(cancellationToken);
        async Task<List<T>> QueryAsync<T>(string sql)
        {
            foreach (var (name, place) in (ReadOnlySpan<(string, EventCursor)>)[("cursor", cursor), ("oldest", oldest)])
            {
                parameters.Add($"{name}AcceptedAt", place.AcceptedAt);
                parameters.Add($"{name}Position", place.Position);
            }

            return (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken))).AsList();
        }

        EventCursor? last = await QueryAsync<(long, long)>($"SELECT accepted_at, position FROM events WHERE {Behind} AND {indexed} {Order} LIMIT 1 OFFSET {Scan - 1}") is [var (acceptedAt, position)]
            ? new EventCursor(acceptedAt, position)
            : null;
        oldest = last ?? oldest;
        while (true)
        {
            // The limit within tells PostgreSQL how little it is: by its own estimate it would compile the statement, which takes longer than to run it.
            var read = await QueryAsync<StoredEvent>(
                $"SELECT {Columns} FROM (SELECT * FROM events WHERE {Behind} AND {indexed} {Order} LIMIT {Scan}) AS events WHERE {rest} {Order} LIMIT @rows");
            found.AddRange(read.Where(e => filter.Matches(e.Type)).Take(limit - found.Count));
            if (found.Count == limit)
            {
                return new EventPage(found, EventCursor.Of(found[^1]));
            }

            if (read.Count < rows)
            {
                return new EventPage(found, last);
            }

            cursor = EventCursor.Of(read[^1]);
        }
    }

    /// <summary>The events behind a position, up to another and with it, in order, with their bodies.</summary>
    /// <remarks>Fewer than <paramref name="limit"/> events mean that there are no more.</remarks>
    public async Task<IReadOnlyList<StoredEvent>> ReadAsync(EventFilter filter, long afterPosition, long untilPosition, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var page = new List<StoredEvent>();
        await using var connection = await database.ConnectAsync(cancellationToken);
        while (afterPosition < untilPosition)
        {
            var end = Math.Min(untilPosition, afterPosition + Window);
            var parameters = new DynamicParameters(new { afterPosition, end, limit });
            var rows = (await connection.QueryAsync<StoredEvent>(new CommandDefinition(
                $"SELECT {Columns}, body AS Body FROM events WHERE position > @afterPosition AND position <= @end AND {filter.Where(parameters)} ORDER BY position LIMIT @limit",
                parameters, cancellationToken: cancellationToken))).AsList();
            page.AddRange(rows.Where(r => filter.Matches(r.Type)).Take(limit - page.Count));
            if (page.Count == limit)
            {
                return page;
            }

            afterPosition = rows.Count < limit ? end : rows[^1].Position;
        }

        return page;
    }

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

    /// <summary>How many events there are, up to a position and with it, and which of them comes first.</summary>
    /// <returns>The count, and the least position; 0 where there is none.</returns>
    public async Task<(long Total, long FirstPosition)> CountAsync(EventFilter filter, long untilPosition, CancellationToken cancellationToken = default)
    {
        var types = await TypesAsync(filter, untilPosition, cancellationToken);
        return (types.Sum(t => t.Count), types.Count == 0 ? 0 : types.Min(t => t.FirstPosition));
    }

    /// <summary>What a filter selects, up to a position and with it.</summary>
    public async Task<EventSelection> SelectAsync(EventFilter filter, long untilPosition, int firstSubjects, CancellationToken cancellationToken = default)
    {
        var types = await TypesAsync(filter, untilPosition, cancellationToken);
        if (types.Count == 0)
        {
            return new EventSelection(0, 0, [], null, null);
        }

        var list = new InList([.. types.Select(t => t.Type)]);
        var parameters = list.Parameters;
        var where = $"position <= @untilPosition AND type IN {list.Sql} AND {filter.Where(parameters)}";
        parameters.AddDynamicParams(new { untilPosition, firstSubjects, first = types.Min(t => t.First), last = types.Max(t => t.Last) });
        var subjects = $"(SELECT DISTINCT tenant, source, subject FROM events WHERE {where} AND subject IS NOT NULL) AS s";
        await using var connection = await database.ConnectAsync(cancellationToken);
        CommandDefinition Command(string sql) => new(sql, parameters, cancellationToken: cancellationToken);
        return new EventSelection(
            types.Sum(t => t.Count),
            await connection.QuerySingleAsync<long>(Command($"SELECT count(*) FROM {subjects}")),
            [.. await connection.QueryAsync<string>(Command($"SELECT subject FROM {subjects} ORDER BY subject LIMIT @firstSubjects"))],
            await connection.QuerySingleAsync<StoredEvent>(Command($"SELECT {Columns} FROM events WHERE {where} AND accepted_at = @first ORDER BY position LIMIT 1")),
            await connection.QuerySingleAsync<StoredEvent>(Command($"SELECT {Columns} FROM events WHERE {where} AND accepted_at = @last ORDER BY position DESC LIMIT 1")));
    }

    static EventCursor Least(EventCursor cursor, DateTimeOffset? to) =>
        to is { } time && EventCursor.At(time) is var end && end.AcceptedAt <= cursor.AcceptedAt ? end : cursor;

    async Task<List<TypeCount>> TypesAsync(EventFilter filter, long untilPosition, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var parameters = new DynamicParameters(new { untilPosition });
        await using var connection = await database.ConnectAsync(cancellationToken);
        return [.. (await connection.QueryAsync<TypeCount>(new CommandDefinition(
            $"""
             SELECT type AS Type, count(*) AS Count, min(position) AS FirstPosition, min(accepted_at) AS First, max(accepted_at) AS Last
             FROM events WHERE position <= @untilPosition AND {filter.Where(parameters)} GROUP BY type
             """,
            parameters, cancellationToken: cancellationToken))).Where(t => filter.Matches(t.Type))];
    }

    sealed class TypeCount
    {
        public string Type { get; init; } = "";

        public long Count { get; init; }

        public long FirstPosition { get; init; }

        public long First { get; init; }

        public long Last { get; init; }
    }
}
