using System.Data.Common;
using Dapper;
using EventBus.Operations.Access;
using EventBus.Operations.Audit;
using EventBus.Storage;

namespace EventBus.Operations;

/// <summary>Lets operators say something of dead letters with one cause: a note, who looks after them, that they are no cause for alarm.</summary>
public sealed class FailureMarks(Database database, TimeProvider time)
{
    /// <summary>The longest note, in characters.</summary>
    public const int MaxNote = AuditLog.MaxReason;

    internal const string Columns = """
        m.note AS Note, m.assigned_to AS AssignedTo, m.silenced_until AS SilencedUntil, m.silenced_at AS SilencedAt, m.changed_by AS ChangedBy, m.changed_at AS ChangedAt
        """;

    static readonly TimeSpan LongestSilence = TimeSpan.FromDays(90);

    readonly AuditLog _audit = new(database, time);

    /// <summary>What was said of a group; empty where nothing was.</summary>
    public async Task<FailureMark> FindAsync(string causeGroup, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<FailureMark>(new CommandDefinition(
            $"SELECT {Columns} FROM failure_marks m WHERE m.cause_group = @causeGroup", new { causeGroup }, cancellationToken: cancellationToken)) ?? new FailureMark();
    }

    /// <summary>Leaves a note for others, in place of the one before; empty takes it away. Nothing of a patient belongs in it: everybody sees it, and the audit log keeps it.</summary>
    /// <exception cref="OperationRefusedException">The note is too long, or there is no such group.</exception>
    /// <exception cref="NotPermittedException">The actor may not.</exception>
    public Task NoteAsync(Actor actor, string causeGroup, string? note)
    {
        var text = string.IsNullOrWhiteSpace(note) ? null : note.Trim();
        return text?.Length > MaxNote
            ? throw new OperationRefusedException($"The note has more than {MaxNote} characters.")
            : MarkAsync(actor, "dead.note", causeGroup, text, "note = @note", new { note = text });
    }

    /// <summary>Says who looks after it.</summary>
    /// <param name="actor">Who says so.</param>
    /// <param name="causeGroup">The group.</param>
    /// <param name="account">The account; empty is nobody.</param>
    /// <exception cref="OperationRefusedException">There is no such account that may sign in, or no such group.</exception>
    /// <exception cref="NotPermittedException">The actor may not.</exception>
    public Task AssignAsync(Actor actor, string causeGroup, string? account)
    {
        var name = string.IsNullOrWhiteSpace(account) ? null : account.Trim();
        return MarkAsync(actor, "dead.assign", causeGroup, name is null ? "to nobody" : $"to {name}", "assigned_to = @name", new { name }, async transaction =>
        {
            if (name is not null && await transaction.Connection!.QuerySingleAsync<long>("SELECT count(*) FROM users WHERE name = @name AND disabled = 0", new { name }, transaction) == 0)
            {
                throw new OperationRefusedException($"There is no account {name} that may sign in.");
            }
        });
    }

    /// <summary>Keeps it silent: it stays listed, and is no cause for alarm.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="causeGroup">The group.</param>
    /// <param name="length">For how long, at most 90 days; null: until more of them wait for a decision than now.</param>
    /// <exception cref="OperationRefusedException">The time is out of range, or there is no such group.</exception>
    /// <exception cref="NotPermittedException">The actor may not.</exception>
    public Task SilenceAsync(Actor actor, string causeGroup, TimeSpan? length)
    {
        if (length <= TimeSpan.Zero || length > LongestSilence)
        {
            throw new OperationRefusedException($"It can be silent for up to {LongestSilence.TotalDays} days.");
        }

        return MarkAsync(
            actor, "dead.silence", causeGroup, length is { } l ? $"for {l}" : "until it grows",
            "silenced_until = @until, silenced_at = CASE WHEN @until IS NULL THEN (SELECT count(*) FROM dead_letters l WHERE l.cause_group = @causeGroup AND l.state = 'dead') ELSE NULL END",
            new { until = length is { } u ? time.GetUtcNow().Add(u).ToUnixTimeMilliseconds() : (long?)null });
    }

    /// <summary>Lets it be a cause for alarm again.</summary>
    /// <exception cref="OperationRefusedException">There is no such group.</exception>
    /// <exception cref="NotPermittedException">The actor may not.</exception>
    public Task UnsilenceAsync(Actor actor, string causeGroup) => MarkAsync(actor, "dead.unsilence", causeGroup, null, "silenced_until = NULL, silenced_at = NULL", new { });

    Task MarkAsync(Actor actor, string action, string causeGroup, string? reason, string set, object values, Func<DbTransaction, Task>? check = null) =>
        _audit.ActAsync(actor, Permission.Operate, action, $"group {causeGroup}", reason, async transaction =>
        {
            if (check is not null)
            {
                await check(transaction);
            }

            var parameters = new DynamicParameters(values);
            parameters.AddDynamicParams(new { causeGroup, by = actor.Name, now = time.GetUtcNow().ToUnixTimeMilliseconds() });
            return await transaction.Connection!.ExecuteAsync(
                "INSERT INTO failure_marks (cause_group, changed_by, changed_at) SELECT @causeGroup, @by, @now WHERE EXISTS (SELECT 1 FROM dead_letters WHERE cause_group = @causeGroup) ON CONFLICT (cause_group) DO NOTHING",
                parameters, transaction) + await transaction.Connection!.ExecuteAsync(
                $"UPDATE failure_marks SET {set}, changed_by = @by, changed_at = @now WHERE cause_group = @causeGroup", parameters, transaction) > 0
                ? 1
                : throw new OperationRefusedException("There is no such group; eventbus dead groups shows them.");
        });
}
