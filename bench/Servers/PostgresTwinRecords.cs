using Npgsql;

namespace EventBus.Bench.Servers;

/// <summary>What the gateway's twin keeps of what it has accepted: the same rows as the gateway's idempotency, in the same batches.</summary>
sealed class PostgresTwinRecords
{
    readonly GroupWriter<IReadOnlyList<TwinRecord>> _claims;
    readonly GroupWriter<IReadOnlyList<TwinRecord>> _confirmations;

    public PostgresTwinRecords(NpgsqlDataSource database)
    {
        _claims = new GroupWriter<IReadOnlyList<TwinRecord>>(async batch =>
        {
            TwinRecord[] records = [.. batch.SelectMany(b => b)];
            await using var command = database.CreateCommand(
                """
                INSERT INTO idempotency (scope_key, body_hash, acceptance, confirmed, created_at) SELECT k, b, a, 0, $4 FROM unnest($1, $2, $3) AS r(k, b, a)
                ON CONFLICT (scope_key) DO NOTHING
                """);
            command.Parameters.Add(new() { Value = Array.ConvertAll(records, r => r.Key) });
            command.Parameters.Add(new() { Value = Array.ConvertAll(records, r => r.Body) });
            command.Parameters.Add(new() { Value = Array.ConvertAll(records, r => r.Answer) });
            command.Parameters.Add(new() { Value = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() });
            if (await command.ExecuteNonQueryAsync() != records.Length)
            {
                throw new BenchException("An id came twice.");
            }
        }).Start();
        _confirmations = new GroupWriter<IReadOnlyList<TwinRecord>>(async batch =>
        {
            await using var command = database.CreateCommand("UPDATE idempotency SET confirmed = 1 WHERE scope_key = ANY($1)");
            command.Parameters.Add(new() { Value = batch.SelectMany(b => b).Select(r => r.Key).ToArray() });
            await command.ExecuteNonQueryAsync();
        }).Start();
    }

    /// <summary>Notes what is about to be published.</summary>
    public Task ClaimAsync(IReadOnlyList<TwinRecord> records) => _claims.WriteAsync(records);

    /// <summary>Notes that it is. The answer does not wait for that.</summary>
    public Task ConfirmAsync(IReadOnlyList<TwinRecord> records) => _confirmations.WriteAsync(records);
}
