using System.Text.Json;
using Dapper;
using EventBus.Operations.Access;
using EventBus.Operations.Audit;
using EventBus.Storage;

namespace EventBus.Operations;

/// <summary>Sends past events again; the lanes of the consumer do the work.</summary>
public sealed class Replays(Database database, TimeProvider time)
{
    /// <summary>The fastest that a replay may be, in events a second.</summary>
    public const int MaxRate = 10_000;

    const int ShownSubjects = 20;

    const string Columns = """
        id AS Id, consumer AS Consumer, endpoint AS Endpoint, filter AS Filter, rate AS Rate, state AS State, total AS Total, sent AS Sent, created_at AS CreatedAt, finished_at AS FinishedAt
        """;

    readonly EventQuery _events = new(database);
    readonly AuditLog _audit = new(database, time);

    /// <summary>The dry run: what a replay would send, if it were made now.</summary>
    /// <exception cref="OperationRefusedException">There is no such consumer or endpoint.</exception>
    public async Task<EventSelection> PlanAsync(EventFilter filter, string consumer, string endpoint, CancellationToken cancellationToken = default)
    {
        filter = await AskedAsync(filter, consumer, endpoint, cancellationToken);
        var until = await _events.LastPositionAsync(cancellationToken);
        return await _events.SelectAsync(filter, until, ShownSubjects, cancellationToken);
    }

    /// <summary>Starts a replay of what the archive holds now.</summary>
    /// <returns>Its id.</returns>
    /// <exception cref="OperationRefusedException">There is no such consumer or endpoint, or the rate is out of range.</exception>
    /// <exception cref="NotPermittedException">The actor may not.</exception>
    public async Task<string> StartAsync(Actor actor, EventFilter filter, string consumer, string endpoint, int rate, CancellationToken cancellationToken = default)
    {
        CheckRate(rate);
        var asked = await AskedAsync(filter, consumer, endpoint, cancellationToken);
        var until = await _events.LastPositionAsync(cancellationToken);
        var (total, first) = await _events.CountAsync(asked, until, cancellationToken);
        var id = Guid.CreateVersion7().ToString();
        await _audit.ActAsync(actor, Permission.Operate, "replays.start", $"{id}: {total} events to {consumer}{(endpoint.Length > 0 ? $"/{endpoint}" : "")}", null, transaction =>
            transaction.Connection!.ExecuteAsync(
                """
                INSERT INTO replays (id, consumer, endpoint, filter, rate, state, total, last_position, until_position, created_at)
                VALUES (@id, @consumer, @endpoint, @filter, @rate, 'running', @total, @before, @until, @now)
                """,
                new { id, consumer, endpoint, filter = JsonSerializer.Serialize(filter), rate, total, before = Math.Max(0, first - 1), until, now = time.GetUtcNow().ToUnixTimeMilliseconds() }, transaction));
        return id;
    }

    /// <summary>Refuses a rate that is out of range.</summary>
    /// <exception cref="OperationRefusedException">It is.</exception>
    public static void CheckRate(int rate)
    {
        if (rate is < 1 or > MaxRate)
        {
            throw new OperationRefusedException($"The rate is not between 1 and {MaxRate} events a second.");
        }
    }

    /// <summary>Of what is selected only what is asked for goes there.</summary>
    async Task<EventFilter> AskedAsync(EventFilter filter, string consumer, string endpoint, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        var patterns = await connection.QuerySingleOrDefaultAsync<string>(new CommandDefinition(
            "SELECT patterns FROM consumers WHERE name = @consumer AND endpoint = @endpoint", new { consumer, endpoint }, cancellationToken: cancellationToken))
            ?? throw new OperationRefusedException(endpoint.Length == 0 ? $"No consumer is called {consumer}." : $"The consumer {consumer} has no endpoint {endpoint}.");
        return filter with { AskedBy = AskedPatterns.Read(patterns) };
    }

    /// <summary>The newest first.</summary>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<Replay>> ListAsync(int limit, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        return [.. await connection.QueryAsync<Replay>(new CommandDefinition(
            $"SELECT {Columns} FROM replays ORDER BY id DESC LIMIT @limit", new { limit }, cancellationToken: cancellationToken))];
    }

    /// <summary>One of them; null where there is none.</summary>
    public async Task<Replay?> FindAsync(string id, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<Replay>(new CommandDefinition($"SELECT {Columns} FROM replays WHERE id = @id", new { id }, cancellationToken: cancellationToken));
    }

    /// <summary>Stops one that runs, until it is resumed.</summary>
    /// <returns>Whether it was running.</returns>
    /// <exception cref="NotPermittedException">The actor may not.</exception>
    public Task<bool> PauseAsync(Actor actor, string id) => ChangeAsync(actor, "replays.pause", id, "state = 'running'", "paused", null);

    /// <summary>Lets one that is paused go on where it was.</summary>
    /// <returns>Whether it was paused.</returns>
    /// <exception cref="NotPermittedException">The actor may not.</exception>
    public Task<bool> ResumeAsync(Actor actor, string id) => ChangeAsync(actor, "replays.resume", id, "state = 'paused'", "running", null);

    /// <summary>Ends one; what it has sent stays sent.</summary>
    /// <returns>Whether it had not ended yet.</returns>
    /// <exception cref="NotPermittedException">The actor may not.</exception>
    public Task<bool> CancelAsync(Actor actor, string id) => ChangeAsync(actor, "replays.cancel", id, "state IN ('running', 'paused')", "canceled", time.GetUtcNow().ToUnixTimeMilliseconds());

    async Task<bool> ChangeAsync(Actor actor, string action, string id, string from, string to, long? finished) => await _audit.ActAsync(actor, Permission.Operate, action, id, null, transaction =>
        transaction.Connection!.ExecuteAsync(
            $"UPDATE replays SET state = @to, finished_at = coalesce(@finished, finished_at) WHERE id = @id AND {from}", new { id, to, finished }, transaction)) == 1;
}
