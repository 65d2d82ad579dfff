using System.Data.Common;
using Dapper;

namespace EventBus.Storage;

/// <summary>What became of events whose senders wait for the outcome. Each is decided once, by whoever comes first; all go by what is decided here.</summary>
public sealed class Answers(Database database)
{
    /// <summary>Opens the question, before the event is published; one that is open or decided already stays as it is.</summary>
    public Task OpenAsync(string eventKey, TimeSpan wait) => database.TransactAsync(async transaction =>
    {
        await transaction.Connection!.ExecuteAsync(
            $"INSERT INTO answers (event_key, state, deadline) VALUES (@eventKey, 0, {database.Now} + @ms) ON CONFLICT (event_key) DO NOTHING",
            new { eventKey, ms = (long)wait.TotalMilliseconds }, transaction);
    });

    /// <summary>How a question stands; null where there is none.</summary>
    public async Task<Answer?> FindAsync(string eventKey, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        return await FindAsync(connection, null, eventKey);
    }

    /// <summary>Decides a question, unless it is decided already.</summary>
    /// <param name="eventKey">The event.</param>
    /// <param name="state">Applied or withdrawn.</param>
    /// <param name="verdicts">What the responders said, as JSON.</param>
    /// <returns>What is decided.</returns>
    public Task<Answer?> DecideAsync(string eventKey, AnswerState state, string? verdicts = null) => database.TransactAsync(async transaction =>
    {
        await transaction.Connection!.ExecuteAsync(
            $"UPDATE answers SET state = @state, verdicts = @verdicts, decided_at = {database.Now} WHERE event_key = @eventKey AND state = 0",
            new { eventKey, state = (int)state, verdicts }, transaction);
        return await FindAsync(transaction.Connection!, transaction, eventKey);
    });

    async Task<Answer?> FindAsync(DbConnection connection, DbTransaction? transaction, string eventKey) =>
        await connection.QuerySingleOrDefaultAsync<Answer?>(
            $"SELECT state AS State, verdicts AS Verdicts, deadline - {database.Now} AS RemainingMs FROM answers WHERE event_key = @eventKey", new { eventKey }, transaction);
}

/// <summary>What became of an event whose sender waits. The numbers are stored.</summary>
public enum AnswerState
{
    /// <summary>The responders are being asked.</summary>
    Open = 0,

    /// <summary>All have accepted: each does what the event asks for.</summary>
    Applied = 1,

    /// <summary>One has refused, or not all have answered in time: nobody does anything.</summary>
    Withdrawn = 2,
}

/// <summary>How a question stands.</summary>
public sealed class Answer
{
    /// <summary>What is decided.</summary>
    public AnswerState State { get; init; }

    /// <summary>What the responders had said when it was decided, as JSON.</summary>
    public string? Verdicts { get; init; }

    /// <summary>How long is left, in milliseconds, by the database's clock; negative once it is over.</summary>
    public long RemainingMs { get; init; }
}
