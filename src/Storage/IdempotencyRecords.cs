using System.Data.Common;
using System.Globalization;
using System.Text;
using Dapper;

namespace EventBus.Storage;

/// <summary>
/// What gateways have accepted within a window, by the key that a sender would send again. A record is written before its events are published, and confirmed
/// after; many requests share a statement and a commit.
/// </summary>
public sealed class IdempotencyRecords : IAsyncDisposable
{
    /// <summary>Rows in one statement; SQLite takes 32,766 parameters.</summary>
    const int Chunk = 500;

    readonly Database _database;
    readonly TimeProvider _time;
    readonly TimeSpan _window;
    readonly BatchWriter<IReadOnlyList<IdempotencyRecord>, IReadOnlyList<IdempotencyRecord?>> _claims;
    readonly BatchWriter<IReadOnlyList<string>, bool> _confirmations;

    /// <summary>Starts the writers.</summary>
    /// <param name="database">Where to.</param>
    /// <param name="window">How long a record counts; an older one is as good as none.</param>
    /// <param name="time">The clock.</param>
    public IdempotencyRecords(Database database, TimeSpan window, TimeProvider time)
    {
        _database = database;
        _time = time;
        _window = window;
        _claims = new(database, ClaimAsync);
        _confirmations = new(database, ConfirmAsync);
    }

    /// <summary>
    /// Writes the records of one request whose keys are not there yet, all at once. Where one is there with another body, none is written.
    /// </summary>
    /// <param name="records">With different keys.</param>
    /// <returns>For each of them the record that was there already, or null.</returns>
    public Task<IReadOnlyList<IdempotencyRecord?>> ClaimAsync(IReadOnlyList<IdempotencyRecord> records) => _claims.WriteAsync(records);

    /// <summary>Notes that what the records stand for is on the broker, or in the spool.</summary>
    public Task ConfirmAsync(IReadOnlyList<string> keys) => _confirmations.WriteAsync(keys);

    /// <summary>Removes records: what comes under their keys again is new.</summary>
    public Task ForgetAsync(IReadOnlyList<string> keys) => _database.TransactAsync(transaction => DeleteAsync(transaction, keys));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _claims.DisposeAsync();
        await _confirmations.DisposeAsync();
    }

    async Task<IReadOnlyList<IReadOnlyList<IdempotencyRecord?>>> ClaimAsync(DbTransaction transaction, IReadOnlyList<IReadOnlyList<IdempotencyRecord>> requests)
    {
        var now = _time.GetUtcNow();
        var written = new HashSet<string>(StringComparer.Ordinal);

        // Sorted, so that gateways that write the same keys at once wait for each other instead of locking each other out.
        foreach (var chunk in requests.SelectMany(r => r).OrderBy(r => r.Key, StringComparer.Ordinal).Chunk(Chunk))
        {
            written.UnionWith(await InsertAsync(transaction, chunk, now.ToUnixTimeMilliseconds(), (now - _window).ToUnixTimeMilliseconds()));
        }

        var there = await ReadAsync(transaction, [.. requests.SelectMany(r => r).Select(r => r.Key).Where(k => !written.Contains(k))]);
        var results = new List<IReadOnlyList<IdempotencyRecord?>>(requests.Count);
        var taken = new List<string>();
        foreach (var request in requests)
        {
            var result = request.Select(r => there.GetValueOrDefault(r.Key)).ToList();
            results.Add(result);
            if (request.Zip(result).Any(pair => pair.Second is { } other && other.Body != pair.First.Body))
            {
                taken.AddRange(request.Select(r => r.Key).Where(written.Contains));
            }
        }

        await DeleteAsync(transaction, taken);
        return results;
    }

    static async Task DeleteAsync(DbTransaction transaction, IReadOnlyList<string> taken)
    {
        foreach (var chunk in taken.Chunk(Chunk))
        {
            var keys = new InList(chunk);
            await transaction.Connection!.ExecuteAsync($"DELETE FROM idempotency WHERE scope_key IN {keys.Sql}", keys.Parameters, transaction);
        }
    }

    static async Task<IEnumerable<string>> InsertAsync(DbTransaction transaction, IdempotencyRecord[] records, long now, long oldest)
    {
        var sql = new StringBuilder("INSERT INTO idempotency (scope_key, body_hash, acceptance, confirmed, created_at) VALUES ");
        var parameters = new DynamicParameters();
        parameters.Add("now", now);
        parameters.Add("oldest", oldest);
        for (var i = 0; i < records.Length; i++)
        {
            sql.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "" : ",")}(@k{i},@b{i},@a{i},0,@now)");
            parameters.Add($"k{i.ToString(CultureInfo.InvariantCulture)}", records[i].Key);
            parameters.Add($"b{i.ToString(CultureInfo.InvariantCulture)}", records[i].Body);
            parameters.Add($"a{i.ToString(CultureInfo.InvariantCulture)}", records[i].Acceptance);
        }

        sql.Append(
            """
             ON CONFLICT (scope_key) DO UPDATE SET body_hash = excluded.body_hash, acceptance = excluded.acceptance, confirmed = 0, created_at = excluded.created_at
            WHERE idempotency.created_at < @oldest RETURNING scope_key
            """);
        return await transaction.Connection!.QueryAsync<string>(sql.ToString(), parameters, transaction);
    }

    static async Task<Dictionary<string, IdempotencyRecord>> ReadAsync(DbTransaction transaction, IReadOnlyList<string> keys)
    {
        var found = new Dictionary<string, IdempotencyRecord>(StringComparer.Ordinal);
        foreach (var chunk in keys.Chunk(Chunk))
        {
            var list = new InList(chunk);
            var rows = await transaction.Connection!.QueryAsync<Row>(
                $"SELECT scope_key AS ScopeKey, body_hash AS BodyHash, acceptance AS Acceptance, confirmed AS Confirmed FROM idempotency WHERE scope_key IN {list.Sql}", list.Parameters, transaction);
            foreach (var row in rows)
            {
                found[row.ScopeKey] = new IdempotencyRecord(row.ScopeKey, row.BodyHash, row.Acceptance, row.Confirmed != 0);
            }
        }

        return found;
    }

    static async Task<IReadOnlyList<bool>> ConfirmAsync(DbTransaction transaction, IReadOnlyList<IReadOnlyList<string>> requests)
    {
        foreach (var chunk in requests.SelectMany(k => k).Order(StringComparer.Ordinal).Chunk(Chunk))
        {
            var keys = new InList(chunk);
            await transaction.Connection!.ExecuteAsync($"UPDATE idempotency SET confirmed = 1 WHERE scope_key IN {keys.Sql}", keys.Parameters, transaction);
        }

        return new bool[requests.Count];
    }

    sealed class Row
    {
        public string ScopeKey { get; init; } = "";

        public string BodyHash { get; init; } = "";

        public byte[] Acceptance { get; init; } = [];

        public long Confirmed { get; init; }
    }
}

/// <summary>What was accepted under a key.</summary>
/// <param name="Key">Hash of publisher and key.</param>
/// <param name="Body">Hash of what was sent.</param>
/// <param name="Acceptance">What was answered, and how it was stamped.</param>
/// <param name="Confirmed">Whether it is known to be on the broker, or in the spool.</param>
public sealed record IdempotencyRecord(string Key, string Body, byte[] Acceptance, bool Confirmed = false);
