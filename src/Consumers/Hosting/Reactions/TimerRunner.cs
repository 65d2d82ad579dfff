using Dapper;
using EventBus.Storage;
using Microsoft.Extensions.Logging;

namespace EventBus.Consumers.Hosting.Reactions;

/// <summary>Rings the timers that are due. Several processes may do so: each timer rings in one of them.</summary>
sealed partial class TimerRunner(IEnumerable<ITimerHandler> handlers, Database database, TimeProvider time, ILogger<TimerRunner> logger) : Rounds
{
    /// <summary>Timers that are looked at together.</summary>
    const int Batch = 100;

    /// <summary>How long a timer whose handler has failed is put off.</summary>
    static readonly TimeSpan PutOff = TimeSpan.FromSeconds(30);

    protected override async Task<bool> WorkAsync(CancellationToken cancellationToken)
    {
        var well = true;
        foreach (var handler in handlers)
        {
            try
            {
                while (await RingAsync(handler, cancellationToken))
                {
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogTrouble(logger, handler.Kind, e.GetType().Name);
                well = false;
            }
        }

        return well;
    }

    /// <returns>Whether there may be more.</returns>
    async Task<bool> RingAsync(ITimerHandler handler, CancellationToken cancellationToken)
    {
        List<Timer> due;
        await using (var connection = await database.ConnectAsync(cancellationToken))
        {
            due = [.. await connection.QueryAsync<Timer>(
                "SELECT key AS Key, name AS Name, due_at AS DueAt FROM timers WHERE kind = @kind AND due_at <= @now ORDER BY due_at LIMIT @Batch",
                new { kind = handler.Kind, now = time.GetUtcNow().ToUnixTimeMilliseconds(), Batch })];
        }

        foreach (var timer in due)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                await RingAsync(handler, timer);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // It alone: those behind it ring in their time.
                LogTrouble(logger, handler.Kind, e.GetType().Name);
                await PutOffAsync(handler, timer);
            }
        }

        return due.Count == Batch;
    }

    Task RingAsync(ITimerHandler handler, Timer timer) => database.TransactAsync(
        async transaction =>
        {
            // The record comes first, as where an event sets the timer: each waits for the other only in this order.
            var reaction = new Reaction(transaction, time.GetUtcNow());
            await reaction.ReadAsync(handler.Kind, timer.Key);
            if (await transaction.Connection!.ExecuteAsync(
                "DELETE FROM timers WHERE kind = @Kind AND key = @Key AND name = @Name AND due_at = @DueAt", new { handler.Kind, timer.Key, timer.Name, timer.DueAt }, transaction) > 0)
            {
                await handler.RingAsync(reaction, timer.Key, timer.Name);
            }
        },
        CancellationToken.None);

    Task PutOffAsync(ITimerHandler handler, Timer timer) => database.TransactAsync(
        transaction => transaction.Connection!.ExecuteAsync(
            "UPDATE timers SET due_at = @later WHERE kind = @Kind AND key = @Key AND name = @Name AND due_at = @DueAt",
            new { handler.Kind, timer.Key, timer.Name, timer.DueAt, later = (time.GetUtcNow() + PutOff).ToUnixTimeMilliseconds() }, transaction),
        CancellationToken.None);

    [LoggerMessage(221, LogLevel.Warning, "Timers of {Kind} cannot ring ({Exception}); tried again")]
    static partial void LogTrouble(ILogger logger, string kind, string exception);

    sealed class Timer
    {
        public string Key { get; init; } = "";

        public string Name { get; init; } = "";

        public long DueAt { get; init; }
    }
}
