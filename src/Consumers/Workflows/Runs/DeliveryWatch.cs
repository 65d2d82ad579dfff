using EventBus.Consumers.Hosting.Reactions;
using EventBus.Storage;
using EventBus.Storage.Workflows;

namespace EventBus.Consumers.Workflows.Runs;

/// <summary>
/// Tells runs what became of their deliveries: it compares what they know with the deliveries themselves, in short rounds, and so sees whatever changes one, be it an attempt,
/// the end of retries, an operator's retry or discard, in whichever process.
/// </summary>
sealed partial class DeliveryWatch(Database database, WorkflowRunner runner, TimeProvider time, ILogger<DeliveryWatch> logger) : Rounds
{
    /// <summary>Runs that are looked at together.</summary>
    const int Batch = 100;

    protected override async Task<bool> WorkAsync(CancellationToken cancellationToken)
    {
        try
        {
            int count;
            do
            {
                var changed = await WorkflowTables.DeliveredAsync(database, Batch, cancellationToken);
                foreach (var (key, eventKey, state) in changed)
                {
                    await database.TransactAsync(
                        transaction => runner.DeliveredAsync(new Reaction(transaction, time.GetUtcNow()), key, eventKey, (DeliveryState?)state), cancellationToken);
                }

                count = changed.Count;
            }
            while (count == Batch);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogTrouble(logger, e.GetType().Name);
            return false;
        }
    }

    [LoggerMessage(801, LogLevel.Warning, "What became of deliveries cannot be told to their workflows ({Exception}); tried again")]
    static partial void LogTrouble(ILogger logger, string exception);
}
