using Dapper;
using EventBus.Storage.Workflows;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventBus.Storage;

/// <summary>Deletes what is older than its retention, a little at a time, so that nobody waits for it.</summary>
public sealed partial class RetentionJob(Database database, IOptions<RetentionOptions> options, TimeProvider time, ILogger<RetentionJob> logger) : BackgroundService
{
    /// <summary>Rows in one transaction.</summary>
    const int Batch = 500;

    /// <summary>Of a record: nothing is to happen to it any more.</summary>
    const string IsOver = $"""
        NOT EXISTS (SELECT 1 FROM timers t WHERE t.kind = r.kind AND t.key = r.key)
        AND NOT EXISTS (SELECT 1 FROM workflow_runs w WHERE r.kind = '{WorkflowTables.Kind}' AND w.key = r.key AND w.ended_at IS NULL)
        """;

    /// <summary>Older than any session that goes on.</summary>
    static readonly TimeSpan Ended = TimeSpan.FromDays(1);

    static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Deletes everything that is due.</summary>
    /// <returns>How many rows.</returns>
    public async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        var retention = options.Value;
        var deleted = 0L;
        foreach (var (sql, age) in Statements(retention))
        {
            deleted += await DeleteAsync(sql, (time.GetUtcNow() - age).ToUnixTimeMilliseconds(), cancellationToken);
        }

        return deleted;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(Interval, time, stoppingToken);
            try
            {
                if (await RunAsync(stoppingToken) is > 0 and var deleted)
                {
                    LogDeleted(logger, deleted);
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogTrouble(logger, e.GetType().Name);
            }
        }
    }

    /// <summary>Each deletes at most a batch, and returns how many it deleted; later ones clean up behind earlier ones.</summary>
    static IEnumerable<(string Sql, TimeSpan Age)> Statements(RetentionOptions retention) =>
    [
        ("DELETE FROM attempts WHERE id IN (SELECT a.id FROM attempts a JOIN deliveries d ON d.id = a.delivery WHERE d.state NOT IN (0, 4) AND d.finished_at < @before LIMIT @Batch)", retention.Outcomes),
        ("DELETE FROM dead_letters WHERE delivery IN (SELECT delivery FROM dead_letters WHERE state IN ('retried', 'discarded') AND died_at < @before LIMIT @Batch)", retention.Operations),
        ("""
         DELETE FROM failure_marks WHERE cause_group IN (SELECT m.cause_group FROM failure_marks m WHERE m.changed_at < @before
             AND NOT EXISTS (SELECT 1 FROM dead_letters l WHERE l.cause_group = m.cause_group) LIMIT @Batch)
         """, retention.Operations),
        ("DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries WHERE state NOT IN (0, 4) AND finished_at < @before LIMIT @Batch)", retention.Outcomes),
        ("DELETE FROM subject_sequences WHERE (endpoint, subject_key) IN (SELECT endpoint, subject_key FROM subject_sequences WHERE used_at < @before LIMIT @Batch)", retention.Sequences),
        ("DELETE FROM replays WHERE id IN (SELECT id FROM replays WHERE finished_at < @before LIMIT @Batch)", retention.Operations),
        ("DELETE FROM idempotency WHERE scope_key IN (SELECT scope_key FROM idempotency WHERE created_at < @before LIMIT @Batch)", retention.Idempotency),
        ("DELETE FROM answers WHERE event_key IN (SELECT event_key FROM answers WHERE deadline < @before LIMIT @Batch)", retention.Operations),
        ("DELETE FROM minutes WHERE minute IN (SELECT minute FROM minutes WHERE minute < @before LIMIT @Batch)", retention.Operations),
        ("DELETE FROM alert_notifications WHERE id IN (SELECT n.id FROM alert_notifications n JOIN alerts a ON a.id = n.alert WHERE a.resolved_at < @before LIMIT @Batch)", retention.Operations),
        ("DELETE FROM alerts WHERE id IN (SELECT id FROM alerts WHERE resolved_at < @before LIMIT @Batch)", retention.Operations),
        ("DELETE FROM flow_minutes WHERE (minute, source, family, consumer, endpoint) IN (SELECT minute, source, family, consumer, endpoint FROM flow_minutes WHERE minute < @before LIMIT @Batch)", Ended),
        ("DELETE FROM user_sessions WHERE id IN (SELECT id FROM user_sessions WHERE created_at < @before LIMIT @Batch)", Ended),
        ("DELETE FROM reveals WHERE (session, event_key) IN (SELECT session, event_key FROM reveals WHERE expires_at < @before LIMIT @Batch)", Ended),

        ($"""
         DELETE FROM record_entries WHERE (kind, key, entry) IN (SELECT e.kind, e.key, e.entry FROM record_entries e JOIN records r ON r.kind = e.kind AND r.key = e.key
             WHERE r.updated_at < @before AND {IsOver} LIMIT @Batch)
         """, retention.Records),
        ($"DELETE FROM records WHERE (kind, key) IN (SELECT r.kind, r.key FROM records r WHERE r.updated_at < @before AND {IsOver} LIMIT @Batch)", retention.Records),
        ($"""
         DELETE FROM workflow_runs WHERE key IN (SELECT w.key FROM workflow_runs w WHERE w.ended_at < @before
             AND NOT EXISTS (SELECT 1 FROM records r WHERE r.kind = '{WorkflowTables.Kind}' AND r.key = w.key) LIMIT @Batch)
         """, retention.Records),
        ("""
         DELETE FROM workflow_definitions WHERE hash IN (SELECT d.hash FROM workflow_definitions d WHERE d.used_at < @before
             AND NOT EXISTS (SELECT 1 FROM workflow_runs w WHERE w.definition = d.hash) LIMIT @Batch)
         """, retention.Records),

        // In one process the archive is the log as well: nothing goes that a consumer has not read.
        ("""
         DELETE FROM events WHERE position IN (SELECT position FROM events WHERE archived_at < @before
             AND position <= coalesce((SELECT min(log_position) FROM lanes WHERE log_position > 0), position) LIMIT @Batch)
         """, retention.Archive),
    ];

    async Task<long> DeleteAsync(string sql, long before, CancellationToken cancellationToken)
    {
        var total = 0L;
        while (true)
        {
            var deleted = await database.TransactAsync(async transaction => await transaction.Connection!.ExecuteAsync(sql, new { before, Batch }, transaction), cancellationToken);
            total += deleted;
            if (deleted < Batch)
            {
                return total;
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    [LoggerMessage(700, LogLevel.Information, "{Count} rows were older than their retention, and are deleted")]
    static partial void LogDeleted(ILogger logger, long count);

    [LoggerMessage(701, LogLevel.Warning, "What is older than its retention could not be deleted ({Reason})")]
    static partial void LogTrouble(ILogger logger, string reason);
}
