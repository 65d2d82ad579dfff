using System.Data.Common;

namespace EventBus.Storage;

/// <summary>
/// What gateways have accepted within a window, by the key that a sender would send again. A record is written before its events are published, and confirmed
/// after; many requests share a statement and a commit. Where publishing is appending to the log, both are one step.
/// </summary>
public sealed class IdempotencyRecords : IAsyncDisposable
{
    static readonly RowStatement<IdempotencyRecord> Insert = new(
        """
        INSERT INTO idempotency (scope_key, body_hash, acceptance, confirmed, created_at) SELECT r.scope_key, r.body_hash, r.acceptance, r.confirmed, @now FROM {rows}
        ON CONFLICT (scope_key) DO UPDATE
        SET body_hash = excluded.body_hash, acceptance = excluded.acceptance, confirmed = excluded.confirmed, created_at = excluded.created_at
        WHERE idempotency.created_at < @oldest RETURNING scope_key
        """,
        RowColumn<IdempotencyRecord>.Text("scope_key", r => r.Key), RowColumn<IdempotencyRecord>.Text("body_hash", r => r.Body), RowColumn<IdempotencyRecord>.Bytes("acceptance", r => r.Acceptance),
        RowColumn<IdempotencyRecord>.Number("confirmed", r => r.Confirmed ? 1 : 0));

    static readonly RowStatement<string> Read = ForKeys("SELECT scope_key, body_hash, acceptance, confirmed FROM idempotency WHERE scope_key IN (SELECT r.scope_key FROM {rows})");
    static readonly RowStatement<string> Confirm = ForKeys("UPDATE idempotency SET confirmed = @confirmed WHERE scope_key IN (SELECT r.scope_key FROM {rows})");
    static readonly RowStatement<string> Delete = ForKeys("DELETE FROM idempotency WHERE scope_key IN (SELECT r.scope_key FROM {rows})");

    readonly Database _database;
    readonly TimeProvider _time;
    readonly TimeSpan _window;
    readonly EventArchive? _log;
    readonly BatchWriter<Request, IReadOnlyList<IdempotencyRecord?>> _claims;
    readonly BatchWriter<IReadOnlyList<string>, bool> _confirmations;
    IReadOnlyList<LoggedEvent>? _appending;

    /// <summary>Starts the writers.</summary>
    /// <param name="database">Where to.</param>
    /// <param name="window">How long a record counts; an older one is as good as none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">The log in the same database; null where there is none, and events are published otherwise.</param>
    public IdempotencyRecords(Database database, TimeSpan window, TimeProvider time, EventArchive? log = null)
    {
        _database = database;
        _time = time;
        _window = window;
        _log = log;
        _claims = new(database, ClaimAsync, written: OnClaimed);
        _confirmations = new(database, ConfirmAsync, goOnFirst: true);
    }

    /// <summary>
    /// Writes the records of one request whose keys are not there yet, all at once. Where one is there with another body, none is written.
    /// </summary>
    /// <param name="records">With different keys.</param>
    /// <param name="events">What to append to the log in the same commit, and to confirm with it, where none of the records is there already; nothing is appended otherwise.</param>
    /// <returns>For each of them the record that was there already, or null.</returns>
    public Task<IReadOnlyList<IdempotencyRecord?>> ClaimAsync(IReadOnlyList<IdempotencyRecord> records, IReadOnlyList<ArchivedEvent>? events = null) =>
        _claims.WriteAsync(events is null ? new Request(records, null) : new Request([.. records.Select(r => r with { Confirmed = true })], events));

    /// <summary>Notes that what the records stand for is on the broker, or in the spool.</summary>
    public Task ConfirmAsync(IReadOnlyList<string> keys) => _confirmations.WriteAsync(keys);

    /// <summary>Removes records: what comes under their keys again is new.</summary>
    public Task ForgetAsync(IReadOnlyList<string> keys) => _database.TransactAsync(transaction => Delete.ExecuteAsync(transaction, keys));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _claims.DisposeAsync();
        await _confirmations.DisposeAsync();
    }

    async Task<IReadOnlyList<IReadOnlyList<IdempotencyRecord?>>> ClaimAsync(DbTransaction transaction, IReadOnlyList<Request> requests)
    {
        var now = _time.GetUtcNow();

        // Sorted, so that gateways that write the same keys at once wait for each other instead of locking each other out.
        List<IdempotencyRecord> all = [.. requests.SelectMany(r => r.Records).OrderBy(r => r.Key, StringComparer.Ordinal)];
        var written = (await Insert.WriteAsync(transaction, all, ("now", now.ToUnixTimeMilliseconds()), ("oldest", (now - _window).ToUnixTimeMilliseconds())))
            .Select(r => r.Key).ToHashSet(StringComparer.Ordinal);
        List<string> others = [.. all.Select(r => r.Key).Where(k => !written.Contains(k)).Distinct(StringComparer.Ordinal)];
        var there = (await Read.QueryAsync(transaction, others, r => new IdempotencyRecord(r.GetString(0), r.GetString(1), r.GetFieldValue<byte[]>(2), r.GetInt64(3) != 0)))
            .ToDictionary(r => r.Key, StringComparer.Ordinal);
        var results = new List<IReadOnlyList<IdempotencyRecord?>>(requests.Count);
        var appended = new List<ArchivedEvent>();
        var open = new List<string>();
        var taken = new List<string>();
        foreach (var (records, events) in requests)
        {
            if (there.Count == 0)
            {
                results.Add(new IdempotencyRecord?[records.Count]);
                appended.AddRange(events ?? []);
                continue;
            }

            var result = records.Select(r => there.GetValueOrDefault(r.Key)).ToList();
            results.Add(result);
            if (records.Zip(result).Any(pair => pair.Second is { } other && other.Body != pair.First.Body))
            {
                taken.AddRange(records.Select(r => r.Key).Where(written.Contains));
            }
            else if (result.TrueForAll(r => r is null))
            {
                appended.AddRange(events ?? []);
            }
            else if (events is not null)
            {
                open.AddRange(records.Select(r => r.Key).Where(written.Contains));
            }
        }

        _appending = appended.Count == 0 ? null : await _log!.AppendAsync(transaction, appended);
        await Confirm.ExecuteLastAsync(transaction, open, ("confirmed", 0));
        await Delete.ExecuteLastAsync(transaction, taken);
        return results;
    }

    void OnClaimed()
    {
        if (_appending is not null)
        {
            _log!.OnAppended(_appending);
        }
    }

    static async Task<IReadOnlyList<bool>> ConfirmAsync(DbTransaction transaction, IReadOnlyList<IReadOnlyList<string>> requests)
    {
        await Confirm.ExecuteLastAsync(transaction, [.. requests.SelectMany(k => k).Order(StringComparer.Ordinal)], ("confirmed", 1));
        return new bool[requests.Count];
    }

    static RowStatement<string> ForKeys(string sql) => new(sql, RowColumn<string>.Text("scope_key", k => k));

    sealed record Request(IReadOnlyList<IdempotencyRecord> Records, IReadOnlyList<ArchivedEvent>? Events);
}

/// <summary>What was accepted under a key.</summary>
/// <param name="Key">Hash of publisher and key.</param>
/// <param name="Body">Hash of what was sent.</param>
/// <param name="Acceptance">What was answered, and how it was stamped.</param>
/// <param name="Confirmed">Whether it is known to be on the broker, or in the spool.</param>
public sealed record IdempotencyRecord(string Key, string Body, byte[] Acceptance, bool Confirmed = false);
