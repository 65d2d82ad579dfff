using Npgsql;

namespace EventBus.Bench.Measuring;

/// <summary>The rows of what consumers did with events, in one side's database.</summary>
/// <param name="connectionString">The database.</param>
/// <param name="endpoint">Those of this endpoint count; empty for the consumer's own.</param>
sealed class DeliveryRows(string connectionString, string endpoint) : IAsyncDisposable
{
    const int Processed = 1;

    readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(connectionString);

    /// <summary>Whether something has no outcome yet.</summary>
    public async Task<bool> AnyWaitingAsync(CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand("SELECT EXISTS (SELECT 1 FROM deliveries WHERE state = 0)");
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Deletes them, so that each measurement begins with as many; returns how many events were processed.</summary>
    public async Task<long> ClearAsync(CancellationToken cancellationToken)
    {
        await using var count = _source.CreateCommand("SELECT count(*) FROM deliveries WHERE endpoint = $1 AND state = $2");
        count.Parameters.Add(new() { Value = endpoint });
        count.Parameters.Add(new() { Value = Processed });
        var processed = (long)(await count.ExecuteScalarAsync(cancellationToken))!;
        await using var clear = _source.CreateCommand("TRUNCATE deliveries, attempts");
        await clear.ExecuteNonQueryAsync(cancellationToken);
        return processed;
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
