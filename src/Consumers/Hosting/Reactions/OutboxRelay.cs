using Dapper;
using EventBus.Contracts;
using EventBus.Publisher;
using EventBus.Storage;
using Microsoft.Extensions.Logging;

namespace EventBus.Consumers.Hosting.Reactions;

/// <summary>Publishes what reactions have stored to be published, in its order; one process at a time. Where it ends in between, an event comes again with the same id.</summary>
sealed partial class OutboxRelay(IEventPublisher publisher, Database database, ILogger<OutboxRelay> logger) : Rounds
{
    /// <summary>Events that are published together.</summary>
    const int Batch = 100;

    protected override async Task<bool> WorkAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var turn = await database.TryLockAsync("outbox", cancellationToken);
            while (turn is not null && await RelayAsync(cancellationToken))
            {
            }

            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogTrouble(logger, e.GetType().Name);
            return false;
        }
    }

    /// <returns>Whether there may be more.</returns>
    async Task<bool> RelayAsync(CancellationToken cancellationToken)
    {
        List<Row> rows;
        await using (var connection = await database.ConnectAsync(cancellationToken))
        {
            rows = [.. await connection.QueryAsync<Row>("SELECT id AS Id, body AS Body FROM outbox ORDER BY id LIMIT @Batch", new { Batch })];
        }

        foreach (var row in rows)
        {
            await publisher.PublishAsync(EventJson.Parse(row.Body), cancellationToken);
            await database.TransactAsync(transaction => transaction.Connection!.ExecuteAsync("DELETE FROM outbox WHERE id = @Id", new { row.Id }, transaction), CancellationToken.None);
        }

        return rows.Count == Batch;
    }

    [LoggerMessage(222, LogLevel.Warning, "Events of this consumer's own cannot be published ({Exception}); tried again")]
    static partial void LogTrouble(ILogger logger, string exception);

    sealed class Row
    {
        public long Id { get; init; }

        public byte[] Body { get; init; } = [];
    }
}
