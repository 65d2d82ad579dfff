using System.Data.Common;
using EventBus.Storage;

namespace EventBus.Delivery.Lanes;

/// <summary>Records attempts and outcomes; all lanes of a process share its commits.</summary>
sealed class CompletionWriter : IAsyncDisposable
{
    static readonly RowStatement<Completion> Attempts = new(
        """
        INSERT INTO attempts (delivery, number, started_at, duration_ms, status, error, response_head)
        SELECT r.delivery, r.number, r.started_at, r.duration_ms, r.status, r.error, r.response_head FROM {rows}
        """,
        RowColumn<Completion>.Number("delivery", c => c.Item.Id), RowColumn<Completion>.Number("number", c => c.Attempts),
        RowColumn<Completion>.Number("started_at", c => c.Result.StartedAt.ToUnixTimeMilliseconds()), RowColumn<Completion>.Number("duration_ms", c => (long)c.Result.Duration.TotalMilliseconds),
        RowColumn<Completion>.Number("status", c => c.Result.Status), RowColumn<Completion>.Text("error", c => c.Result.Error), RowColumn<Completion>.Text("response_head", c => c.Result.ResponseHead));

    /// <summary>
    /// By the ids alone: with <c>state = 0</c> PostgreSQL, where its statistics are from when little waited, goes through all of an index of what waits instead, with
    /// everything in it that waited once.
    /// </summary>
    static readonly RowStatement<Completion> Outcomes = new(
        """
        UPDATE deliveries SET state = CAST(r.state AS INTEGER), attempts = CAST(r.attempts AS INTEGER), due_at = r.due_at, starts = 0, start_epoch = 0,
            finished_at = CASE WHEN r.state = 0 THEN NULL ELSE @now END, body = CASE WHEN r.state = 0 THEN body ELSE NULL END
        FROM {rows} WHERE deliveries.id = r.id AND deliveries.state + 0 = 0 RETURNING deliveries.id
        """,
        RowColumn<Completion>.Number("id", c => c.Item.Id), RowColumn<Completion>.Number("state", c => (long)c.State), RowColumn<Completion>.Number("attempts", c => c.Attempts),
        RowColumn<Completion>.Number("due_at", c => c.Due?.ToUnixTimeMilliseconds() ?? 0));

    readonly Database _database;
    readonly TimeProvider _time;
    readonly BatchWriter<Completion, bool> _writer;

    public CompletionWriter(Database database, TimeProvider time)
    {
        _database = database;
        _time = time;
        _writer = new BatchWriter<Completion, bool>(database, async (transaction, batch) =>
        {
            if (batch.Any(c => c.State == DeliveryState.Dead))
            {
                await WriteAsync(transaction, batch);
            }
            else
            {
                await Attempts.ExecuteLastAsync(transaction, batch);
                await Outcomes.ExecuteLastAsync(transaction, batch, ("now", Now()));
            }

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
        var now = Now();
        await Attempts.ExecuteAsync(transaction, batch);
        var written = await Outcomes.WriteAsync(transaction, batch, ("now", now));
        foreach (var c in written.Where(c => c.State == DeliveryState.Dead))
        {
            await DeadLetters.AddAsync(transaction, c, now);
        }

        return written.Count;
    }

    long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    sealed class OutcomeKnownException : Exception;
}
