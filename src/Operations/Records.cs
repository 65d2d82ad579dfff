using System.Text.Json;
using Dapper;
using EventBus.Contracts;
using EventBus.Operations.Access;
using EventBus.Operations.Audit;
using EventBus.Storage;

namespace EventBus.Operations;

/// <summary>What consumers know of commands, appointments and hospitalizations. It is about patients: what names or describes one is masked.</summary>
public sealed class Records(Database database, TimeProvider time)
{
    /// <summary>What there are records of.</summary>
    public static readonly IReadOnlyList<string> Kinds = ["command", "appointment", "hospitalization"];

    /// <summary>Words of a step that say nothing of a patient.</summary>
    static readonly string[] SafeWords = ["phase", "action", "command", "change", "native", "kind", "status"];

    static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = RawPayload.MaxDepth, Converters = { new ReadablePayload() },
    };

    readonly AuditLog _audit = new(database, time);

    /// <summary>Those that something came of last, first.</summary>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="before">The <see cref="RecordSummary.Cursor"/> of the last one of the page before; null for the first page.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OperationRefusedException">There are no records of this kind, or the cursor is none.</exception>
    public async Task<IReadOnlyList<RecordSummary>> ListAsync(string kind, string? before, int limit, CancellationToken cancellationToken = default)
    {
        var (at, last) = before?.Split('-', 2) is [var a, var k] && long.TryParse(a, out var number) ? (number, k)
            : before is null ? (long.MaxValue, "") : throw new OperationRefusedException("There is no such page.");
        await using var connection = await database.ConnectAsync(cancellationToken);
        return [.. (await connection.QueryAsync<Row>(new CommandDefinition(
            """
            SELECT key AS Key, updated_at AS UpdatedAt, state AS State FROM records
            WHERE kind = @kind AND (updated_at, key) < (@at, @last) ORDER BY updated_at DESC, key DESC LIMIT @limit
            """,
            new { kind = Known(kind), at, last, limit }, cancellationToken: cancellationToken))).Select(r => Summarize(kind, r))];
    }

    /// <summary>One record with what happened, in the order of acceptance; null where there is none.</summary>
    /// <exception cref="OperationRefusedException">There are no records of this kind.</exception>
    public async Task<(RecordSummary Record, IReadOnlyList<RecordStep> Steps)?> FindAsync(string kind, string key, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            "SELECT key AS Key, updated_at AS UpdatedAt, state AS State FROM records WHERE kind = @kind AND key = @key", new { kind = Known(kind), key }, cancellationToken: cancellationToken));
        return row is null ? null : (Summarize(kind, row), [.. (await EntriesAsync(kind, key, cancellationToken)).Select(e => new RecordStep(e.At, Say(e.Body)))]);
    }

    /// <summary>Everything of a record, for who may see it; that it is shown is noted first.</summary>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="NotPermittedException">The actor may not see payloads.</exception>
    /// <exception cref="OperationRefusedException">There is no reason, or there are no records of this kind.</exception>
    public async Task<string?> RevealAsync(Actor actor, string kind, string key, string reason, CancellationToken cancellationToken = default)
    {
        Reveals.DemandReason(reason);
        await _audit.ActAsync(actor, Permission.Payloads, "records.reveal", $"{Known(kind)} {key}", reason, async transaction =>
            await transaction.Connection!.QuerySingleAsync<int>("SELECT count(*) FROM records WHERE kind = @kind AND key = @key", new { kind, key }, transaction));
        return await ReadAsync(kind, key, cancellationToken);
    }

    /// <summary>Everything of a record, as JSON. Who shows it to somebody sees to it that they may see it.</summary>
    internal async Task<string?> ReadAsync(string kind, string key, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        var state = await connection.QuerySingleOrDefaultAsync<string?>(new CommandDefinition(
            "SELECT coalesce(state, 'null') FROM records WHERE kind = @kind AND key = @key", new { kind, key }, cancellationToken: cancellationToken));
        return state is null ? null : JsonSerializer.Serialize(
            new
            {
                record = JsonElement.Parse(state, RawPayload.ReadOptions),
                history = (await EntriesAsync(kind, key, cancellationToken)).Select(e => new { at = DateTimeOffset.FromUnixTimeMilliseconds(e.At), said = JsonElement.Parse(e.Body, RawPayload.ReadOptions) }),
            },
            Indented);
    }

    internal static string Known(string kind) => Kinds.Contains(kind, StringComparer.Ordinal) ? kind : throw new OperationRefusedException($"There are records of: {string.Join(", ", Kinds)}.");

    async Task<IReadOnlyList<Entry>> EntriesAsync(string kind, string key, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        return [.. await connection.QueryAsync<Entry>(new CommandDefinition(
            "SELECT at AS At, body AS Body FROM record_entries WHERE kind = @kind AND key = @key ORDER BY at, gateway, sequence, entry", new { kind, key }, cancellationToken: cancellationToken))];
    }

    static RecordSummary Summarize(string kind, Row row)
    {
        var state = row.State is null ? default : JsonElement.Parse(row.State, RawPayload.ReadOptions);
        string? Text(string name) => state.ValueKind == JsonValueKind.Object && state.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        var told = state.ValueKind == JsonValueKind.Object && state.TryGetProperty("told", out var all) ? all.EnumerateArray().Select(t => t.GetString()!).ToList() : [];
        return new RecordSummary(kind, row.Key, row.UpdatedAt, Text("status"), Text("tenant"), Text("source"), Text("command"), told);
    }

    static string Say(string body)
    {
        var said = JsonElement.Parse(body, RawPayload.ReadOptions);
        return string.Join("; ", (said.ValueKind == JsonValueKind.Array ? said.EnumerateArray().ToArray() : [said]).Select(item => string.Join(' ', SafeWords
            .Select(w => item.ValueKind == JsonValueKind.Object && item.TryGetProperty(w, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null).OfType<string>())));
    }

    sealed class Row
    {
        public string Key { get; init; } = "";

        public long UpdatedAt { get; init; }

        public string? State { get; init; }
    }

    sealed class Entry
    {
        public long At { get; init; }

        public string Body { get; init; } = "";
    }
}
