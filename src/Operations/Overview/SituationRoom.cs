using Dapper;
using EventBus.Operations.Alerts;
using EventBus.Storage;

namespace EventBus.Operations.Overview;

/// <summary>Looks how it stands, once a second at most, however many ask.</summary>
public sealed class SituationRoom(Database database, TimeProvider time) : IDisposable
{
    const int Seconds = 10;

    static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    /// <summary>The reconciler says every half minute at least that it counts.</summary>
    static readonly TimeSpan LedgerFresh = TimeSpan.FromMinutes(2);

    readonly SemaphoreSlim _gate = new(1);
    Situation? _last;

    /// <summary>How it stands, not older than a second.</summary>
    public async Task<Situation> LookAsync(CancellationToken cancellationToken = default)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return _last is { } last && time.GetUtcNow() - last.At < Fresh ? last : _last = await ReadAsync(cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    async Task<Situation> ReadAsync(CancellationToken cancellationToken)
    {
        var at = time.GetUtcNow();
        var now = at.ToUnixTimeMilliseconds();
        var parameters = new { recent = now - (Seconds * 1000), hour = now - 3_600_000, counted = now - (long)LedgerFresh.TotalMilliseconds, max = Minutes.MaxWaiting };
        await using var connection = await database.ConnectAsync(cancellationToken);
        Task<T> One<T>(string sql) => connection.QuerySingleAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken));
        var accepted = await One<long>("SELECT count(*) FROM events WHERE accepted_at >= @recent");
        var succeeded = await One<long>("SELECT count(*) FROM attempts WHERE started_at >= @recent AND error IS NULL");
        var failed = await One<long>("SELECT count(*) FROM attempts WHERE started_at >= @recent AND error IS NOT NULL");
        var (waiting, oldest) = await One<(long, long?)>("SELECT count(*), min(stored_at) FROM (SELECT stored_at FROM deliveries WHERE state = 0 LIMIT @max) AS w");
        var difference = await One<long?>("SELECT CAST(sum(abs(difference)) AS BIGINT) FROM ledger_entries WHERE counted_at >= @counted");
        var unrouted = await One<long>("SELECT count(*) FROM events WHERE accepted_at >= @hour AND unrouted = 1");
        return new Situation(
            at, (double)accepted / Seconds, (double)succeeded / Seconds, (double)failed / Seconds, waiting, oldest is { } o ? DateTimeOffset.FromUnixTimeMilliseconds(o) : null, difference,
            await new DeadLetterDesk(database, time).GroupsAsync(cancellationToken), await new Endpoints(database, time).ListAsync(cancellationToken), unrouted,
            await new AlertDesk(database, time).OpenAsync(cancellationToken), await new KnownHosts(database, time).ListAsync(cancellationToken));
    }
}
