using System.Collections.Concurrent;
using System.Text.Json;
using Dapper;
using EventBus.Contracts;
using EventBus.Publisher.Transport;
using EventBus.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventBus.Consumers.Hosting;

/// <summary>
/// Carries out the replays that operators start for the consumers of this process: each by one process at a time, which goes on where an earlier one ended. What is
/// sent twice because of that is known by its key.
/// </summary>
sealed partial class ReplayRunner(LaneHost lanes, Database database, TimeProvider time, IServiceProvider services, ILogger<ReplayRunner> logger) : BackgroundService
{
    /// <summary>Events between two notes of how far it is.</summary>
    const int MaxChunk = 500;

    /// <summary>A process that does not note anything for so long has ended.</summary>
    const long LeaseMilliseconds = 15_000;

    static readonly TimeSpan Pulse = TimeSpan.FromSeconds(1);

    readonly string _owner = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}";
    readonly EventQuery _events = new(database);
    readonly ReplaySender? _sender = services.GetService<ReplaySender>();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var running = new ConcurrentDictionary<string, Task>(StringComparer.Ordinal);
        try
        {
            while (true)
            {
                foreach (var replay in await FindAsync(stoppingToken))
                {
                    if (!running.ContainsKey(replay.Id) && await ClaimAsync(replay.Id))
                    {
                        running[replay.Id] = Task.Run(
                            async () =>
                            {
                                await RunAsync(replay.Id, stoppingToken);
                                running.TryRemove(replay.Id, out _);
                            },
                            CancellationToken.None);
                    }
                }

                await Task.Delay(Pulse, time, stoppingToken);
            }
        }
        finally
        {
            await Task.WhenAll(running.Values);
        }
    }

    async Task<IReadOnlyList<Row>> FindAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await database.ConnectAsync(cancellationToken);
            var rows = await connection.QueryAsync<Row>(
                $"SELECT id AS Id, consumer AS Consumer FROM replays WHERE state = 'running' AND (owner IS NULL OR owner = @owner OR expires_at < {database.Now})", new { owner = _owner });
            return [.. rows.Where(r => lanes.Consumers.Any(c => c.Name == r.Consumer))];
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogTrouble(logger, e.GetType().Name);
            return [];
        }
    }

    async Task RunAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            while (await StepAsync(id, cancellationToken))
            {
            }
        }
        catch (Exception e)
        {
            // It goes on from where it was noted last: the next pulse finds it again, here or in another process.
            if (!cancellationToken.IsCancellationRequested)
            {
                LogTrouble(logger, e.GetType().Name);
            }
        }
    }

    /// <summary>Sends some events.</summary>
    /// <returns>Whether to go on.</returns>
    async Task<bool> StepAsync(string id, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        Row? replay;
        await using (var connection = await database.ConnectAsync(cancellationToken))
        {
            replay = await connection.QuerySingleOrDefaultAsync<Row>(
                """
                SELECT id AS Id, consumer AS Consumer, endpoint AS Endpoint, filter AS Filter, rate AS Rate, last_position AS LastPosition, until_position AS UntilPosition
                FROM replays WHERE id = @id AND owner = @owner AND state = 'running'
                """,
                new { id, owner = _owner });
        }

        if (replay is null)
        {
            return false;
        }

        var chunk = Math.Clamp(replay.Rate / 4, 1, MaxChunk);
        var filter = JsonSerializer.Deserialize<EventFilter>(replay.Filter)! with { AskedBy = Asked(replay) };
        var events = await _events.ReadAsync(filter, replay.LastPosition, replay.UntilPosition, chunk, cancellationToken);
        await Task.WhenAll(events
            .Select(e => EventJson.Parse(e.Body!).WithExtension(CloudEvent.ReplayName, id))
            .GroupBy(EventKey.OfSubject, StringComparer.Ordinal)
            .Select(subject => SendAsync(replay, subject, cancellationToken)));
        var isLast = events.Count < chunk;
        if (!await NoteAsync(replay, isLast ? replay.UntilPosition : events[^1].Position, events.Count, isLast) || isLast)
        {
            return false;
        }

        var pause = TimeSpan.FromSeconds((double)events.Count / replay.Rate) - time.GetElapsedTime(start);
        if (pause > TimeSpan.Zero)
        {
            await Task.Delay(pause, time, cancellationToken);
        }

        return true;
    }

    async Task SendAsync(Row replay, IEnumerable<CloudEvent> subject, CancellationToken cancellationToken)
    {
        foreach (var @event in subject)
        {
            if (lanes.ReadsLog)
            {
                await lanes.ReplayAsync(replay.Consumer, @event, replay.Endpoint, cancellationToken);
            }
            else
            {
                await _sender!.SendAsync(replay.Consumer, @event, replay.Endpoint, cancellationToken);
            }
        }
    }

    IReadOnlyList<TypePattern> Asked(Row replay)
    {
        var consumer = lanes.Consumers.First(c => c.Name == replay.Consumer);
        return replay.Endpoint.Length == 0 ? consumer.Patterns : [.. consumer.Targets.Where(t => t.Name == replay.Endpoint).SelectMany(t => t.Patterns)];
    }

    Task<bool> ClaimAsync(string id) => database.TransactAsync(async transaction => await transaction.Connection!.ExecuteAsync(
        $"""
         UPDATE replays SET owner = @owner, expires_at = {database.Now} + @lease
         WHERE id = @id AND state = 'running' AND (owner IS NULL OR owner = @owner OR expires_at < {database.Now})
         """,
        new { id, owner = _owner, lease = LeaseMilliseconds }, transaction) == 1);

    /// <returns>Whether it is still this process's to carry out.</returns>
    Task<bool> NoteAsync(Row replay, long position, int sent, bool isLast) => database.TransactAsync(async transaction => await transaction.Connection!.ExecuteAsync(
        $"""
         UPDATE replays SET last_position = @position, sent = sent + @sent, expires_at = {database.Now} + @lease,
             state = CASE WHEN @isLast = 1 THEN 'done' ELSE state END, finished_at = CASE WHEN @isLast = 1 THEN {database.Now} ELSE finished_at END
         WHERE id = @Id AND owner = @owner AND state = 'running'
         """,
        new { replay.Id, position, sent, isLast = isLast ? 1 : 0, owner = _owner, lease = LeaseMilliseconds }, transaction) == 1);

    [LoggerMessage(203, LogLevel.Warning, "A replay waits ({Reason})")]
    static partial void LogTrouble(ILogger logger, string reason);

    sealed class Row
    {
        public string Id { get; init; } = "";

        public string Consumer { get; init; } = "";

        public string Endpoint { get; init; } = "";

        public string Filter { get; init; } = "";

        public int Rate { get; init; }

        public long LastPosition { get; init; }

        public long UntilPosition { get; init; }
    }
}
