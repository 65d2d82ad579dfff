using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using EventBus.Contracts;

namespace EventBus.Storage;

/// <summary>What became of events whose senders wait for the outcome. Each is decided once, by whoever comes first; all go by what is decided here.</summary>
public sealed class Answers(Database database)
{
    /// <summary>The gateway decides first; so long after the deadline it counts as ended.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Opens the question, before the event is published; one that is open or decided already stays as it is.</summary>
    /// <param name="eventKey">The event.</param>
    /// <param name="wait">How long the sender waits.</param>
    /// <param name="caller">The endpoint that is called last, and decides; null where there is none.</param>
    public Task OpenAsync(string eventKey, TimeSpan wait, string? caller = null) => database.TransactAsync(async transaction =>
    {
        await transaction.Connection!.ExecuteAsync(
            $"INSERT INTO answers (event_key, state, deadline, caller) VALUES (@eventKey, 0, {database.Now} + @ms, @caller) ON CONFLICT (event_key) DO NOTHING",
            new { eventKey, ms = (long)wait.TotalMilliseconds, caller }, transaction);
    });

    /// <summary>How a question stands; null where there is none.</summary>
    public async Task<Answer?> FindAsync(string eventKey, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        return await FindAsync(connection, null, eventKey);
    }

    /// <summary>
    /// How a question stands, for who waits for its end beside the gateway: where the gateway has ended before it decided, the question is ended here, so that no event is
    /// done whose sender was told nothing.
    /// </summary>
    public async Task<Answer?> FindOrExpireAsync(string eventKey, CancellationToken cancellationToken)
    {
        var answer = await FindAsync(eventKey, cancellationToken);
        return answer is { IsDecided: false } && answer.Remaining < -Grace ? await ExpireAsync(eventKey) : answer;
    }

    /// <summary>Takes a question a step on, unless it is no longer where it is taken from.</summary>
    /// <param name="eventKey">The event.</param>
    /// <param name="from">Where it has to stand.</param>
    /// <param name="to">Where it stands then.</param>
    /// <param name="verdicts">What was said so far; null: as before.</param>
    /// <returns>How it stands now.</returns>
    public Task<Answer?> MoveAsync(string eventKey, AnswerState from, AnswerState to, IReadOnlyDictionary<string, Verdict>? verdicts = null) => database.TransactAsync(async transaction =>
    {
        await transaction.Connection!.ExecuteAsync(
            $"UPDATE answers SET state = @to, verdicts = coalesce(@verdicts, verdicts), decided_at = CASE WHEN @decided = 1 THEN {database.Now} END WHERE event_key = @eventKey AND state = @from",
            new { eventKey, from = (int)from, to = (int)to, decided = Answer.Decides(to) ? 1 : 0, verdicts = verdicts is null ? null : JsonSerializer.Serialize(verdicts, Json) }, transaction);
        return await FindAsync(transaction.Connection!, transaction, eventKey);
    });

    /// <summary>Ends a question whose time is over: it is withdrawn, but where the endpoint was being called nobody knows.</summary>
    /// <returns>How it stands now.</returns>
    public Task<Answer?> ExpireAsync(string eventKey) => database.TransactAsync(async transaction =>
    {
        await transaction.Connection!.ExecuteAsync(
            $"""
             UPDATE answers SET state = CASE WHEN state = {(int)AnswerState.Calling} THEN {(int)AnswerState.Unknown} ELSE {(int)AnswerState.Withdrawn} END, decided_at = {database.Now}
             WHERE event_key = @eventKey AND state IN ({(int)AnswerState.Open}, {(int)AnswerState.Agreed}, {(int)AnswerState.Calling}) AND deadline <= {database.Now}
             """,
            new { eventKey }, transaction);
        return await FindAsync(transaction.Connection!, transaction, eventKey);
    });

    async Task<Answer?> FindAsync(DbConnection connection, DbTransaction? transaction, string eventKey)
    {
        var row = await connection.QuerySingleOrDefaultAsync<Row>(
            $"SELECT state AS State, verdicts AS Verdicts, caller AS Caller, deadline - {database.Now} AS RemainingMs FROM answers WHERE event_key = @eventKey", new { eventKey }, transaction);
        return row is null ? null : new Answer(
            row.State, row.Verdicts is null ? new Dictionary<string, Verdict>(StringComparer.Ordinal) : JsonSerializer.Deserialize<Dictionary<string, Verdict>>(row.Verdicts, Json)!,
            row.Caller, TimeSpan.FromMilliseconds(row.RemainingMs));
    }

    sealed class Row
    {
        public AnswerState State { get; init; }

        public string? Verdicts { get; init; }

        public string? Caller { get; init; }

        public long RemainingMs { get; init; }
    }
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

    /// <summary>All responders have accepted, and the endpoint that decides is about to be called.</summary>
    Agreed = 3,

    /// <summary>The endpoint that decides is being called.</summary>
    Calling = 4,

    /// <summary>The endpoint was called and did not answer in time: nobody else does anything, and whether the endpoint has done it is not known.</summary>
    Unknown = 5,
}

/// <summary>How a question stands.</summary>
/// <param name="State">What is decided, or how far it has come.</param>
/// <param name="Verdicts">Who has said what, as far as it was noted.</param>
/// <param name="Caller">The endpoint whose answer decides; null where there is none.</param>
/// <param name="Remaining">How long is left, by the database's clock; negative once it is over.</param>
public sealed record Answer(AnswerState State, IReadOnlyDictionary<string, Verdict> Verdicts, string? Caller, TimeSpan Remaining)
{
    /// <summary>Whether it is decided.</summary>
    public bool IsDecided => Decides(State);

    /// <summary>Whether nothing comes after a state.</summary>
    internal static bool Decides(AnswerState state) => state is AnswerState.Applied or AnswerState.Withdrawn or AnswerState.Unknown;
}
