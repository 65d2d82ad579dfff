using System.Data.Common;
using Dapper;
using EventBus.Storage;

namespace EventBus.Delivery.Lanes;

/// <summary>Records attempts and outcomes; all lanes of a process share its commits.</summary>
sealed class CompletionWriter : IAsyncDisposable
{
    readonly Database _database;
    readonly TimeProvider _time;
    readonly BatchWriter<Completion, bool> _writer;

    public CompletionWriter(Database database, TimeProvider time)
    {
        _database = database;
        _time = time;
        _writer = new BatchWriter<Completion, bool>(database, async (transaction, batch) =>
        {
            await WriteAsync(transaction, batch);
            return new bool[batch.Count];
        });
    }

    /// <summary>Returns when it is on disk, with whatever the handler saves beside it; where another process has recorded an outcome already, nothing is written.</summary>
    public async Task WriteAsync(Completion completion)
    {
        if (completion.Result.Save is not { } save)
        {
            await _writer.WriteAsync(completion);
            return;
        }

        try
        {
            await _database.TransactAsync(async transaction =>
            {
                // The outcome comes first: its row is the lock, and what is saved twice would be there twice.
                if (await WriteAsync(transaction, [completion]) == 0)
                {
                    throw new OutcomeKnownException();
                }

                await save(transaction);
            });
        }
        catch (OutcomeKnownException)
        {
        }
    }

    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    /// <returns>How many of them had no outcome yet.</returns>
    async Task<int> WriteAsync(DbTransaction transaction, IReadOnlyList<Completion> batch)
    {
        var recorded = 0;
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var chunk in batch.Chunk(Rows.Chunk))
        {
            var attempts = new Rows(["delivery", "number", "started_at", "duration_ms", "status", "error", "response_head"]);
            var outcomes = new Values(["id", "state", "attempts", "due_at", "finished_at"], "BIGINT");
            foreach (var c in chunk)
            {
                attempts.Add(c.Item.Id, c.Attempts, c.Result.StartedAt.ToUnixTimeMilliseconds(), (long)c.Result.Duration.TotalMilliseconds, c.Result.Status, c.Result.Error, c.Result.ResponseHead);
                outcomes.Add(c.Item.Id, (long)c.State, (long)c.Attempts, c.Due?.ToUnixTimeMilliseconds() ?? 0L, c.State == DeliveryState.Waiting ? null : (long?)now);
            }

            await transaction.Connection!.ExecuteAsync($"INSERT INTO attempts {attempts.Sql}", attempts.Parameters, transaction);
            var ids = (await transaction.Connection!.QueryAsync<long>(
                $"""
                 {outcomes.Sql}
                 UPDATE deliveries SET state = CAST(v.state AS INTEGER), attempts = CAST(v.attempts AS INTEGER), due_at = v.due_at, finished_at = v.finished_at, starts = 0, start_epoch = 0,
                     body = CASE WHEN v.state = 0 THEN body ELSE NULL END
                 FROM v WHERE deliveries.id = v.id AND deliveries.state = 0 RETURNING deliveries.id
                 """,
                outcomes.Parameters, transaction)).ToHashSet();
            recorded += ids.Count;
            foreach (var c in chunk.Where(c => c.State == DeliveryState.Dead && ids.Contains(c.Item.Id)))
            {
                await DeadLetters.AddAsync(transaction, c, now);
            }
        }

        return recorded;
    }

    sealed class OutcomeKnownException : Exception;
}
