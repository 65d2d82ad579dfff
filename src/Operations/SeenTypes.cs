using Dapper;
using EventBus.Contracts;
using EventBus.Storage;

namespace EventBus.Operations;

/// <summary>Which types of events have come, when last, and how many. It leaps from type to type in an index, so it costs the same however much is stored.</summary>
public sealed class SeenTypes(Database database, TimeProvider time)
{
    /// <summary>Events of a type are counted up to this many.</summary>
    public const int MaxCount = 1_000;

    /// <summary>Types that are looked at.</summary>
    public const int MaxTypes = 5_000;

    static readonly string Figures = $"""
        s.type AS Type, (SELECT max(e.accepted_at) FROM events e WHERE e.type = s.type) AS LastAt,
            (SELECT count(*) FROM (SELECT 1 AS one FROM events e WHERE e.type = s.type AND e.accepted_at >= @from LIMIT {MaxCount}) AS n) AS LastDay
        """;

    /// <summary>A type; null where the archive has no event of it.</summary>
    public async Task<SeenType?> FindAsync(string type, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<SeenType>(new CommandDefinition(
            $"SELECT {Figures} FROM (SELECT CAST(@type AS TEXT) AS type) AS s WHERE EXISTS (SELECT 1 FROM events e WHERE e.type = s.type)", new { type, from = Yesterday() }, cancellationToken: cancellationToken));
    }

    /// <summary>Every type of which the archive has an event, by name.</summary>
    public async Task<IReadOnlyList<SeenType>> ListAsync(CancellationToken cancellationToken = default)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        return [.. await connection.QueryAsync<SeenType>(new CommandDefinition(
            $"""
             WITH RECURSIVE t (type) AS (
                 SELECT min(type) FROM events
                 UNION ALL
                 SELECT (SELECT min(e.type) FROM events e WHERE e.type > t.type) FROM t WHERE t.type IS NOT NULL)
             SELECT {Figures}
             FROM (SELECT type FROM t WHERE type IS NOT NULL LIMIT {MaxTypes}) AS s
             """,
            new { from = Yesterday() }, cancellationToken: cancellationToken))];
    }

    long Yesterday() => time.GetUtcNow().AddDays(-1).ToUnixTimeMilliseconds();
}

/// <summary>A type of which events have come.</summary>
public sealed class SeenType
{
    /// <summary>The type.</summary>
    public string Type { get; init; } = "";

    /// <summary>When the last one was accepted, in milliseconds since 1970-01-01 UTC.</summary>
    public long LastAt { get; init; }

    /// <summary>How many were accepted within the last day, up to <see cref="SeenTypes.MaxCount"/>.</summary>
    public long LastDay { get; init; }

    /// <summary>Whether the catalog has it.</summary>
    public bool IsKnown => Catalog.OfType(Type).Count > 0;
}
