using System.Data.Common;
using System.Diagnostics;
using System.Reflection;
using EventBus.Contracts;

namespace EventBus.Delivery.Lanes;

/// <summary>How one attempt ended.</summary>
public enum AttemptEnd
{
    /// <summary>The endpoint has taken the event, or the handler has handled it.</summary>
    Processed,

    /// <summary>The handler says that the event was not for it.</summary>
    Filtered,

    /// <summary>It failed, and is tried again as the schedule says.</summary>
    Failed,

    /// <summary>It failed in a way that no further attempt can change.</summary>
    Rejected,

    /// <summary>It was not made, since whoever waited for the outcome has gone, or was refused by another.</summary>
    Expired,

    /// <summary>It did not take place after all, or says nothing of the event (the endpoint is gone, the host stops): the event waits, nothing is counted.</summary>
    Postponed,
}

/// <summary>What came of one attempt. No text in it holds data of the event.</summary>
/// <param name="End">How it ended.</param>
public sealed record AttemptResult(AttemptEnd End)
{
    static readonly string[] Foreign = ["System.", "Microsoft.", "MassTransit.", "Npgsql.", "Dapper."];

    /// <summary>When it began.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>HTTP status; null where there was no answer, or no HTTP.</summary>
    public int? Status { get; init; }

    /// <summary>Why it failed, in words that failures of the same cause share: <c>HTTP 500</c>, <c>no answer within 10 s</c>.</summary>
    public string? Error { get; init; }

    /// <summary>The type of the exception, where there was one.</summary>
    public string? Exception { get; init; }

    /// <summary>The first frame of ours in its stack.</summary>
    public string? Frame { get; init; }

    /// <summary>Whether the receiver cannot have got it, since no connection came about.</summary>
    public bool IsUnsent { get; init; }

    /// <summary>How long the receiver asks to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The beginning of the response, at most 1 KiB, where the endpoint's settings allow keeping it.</summary>
    public string? ResponseHead { get; init; }

    /// <summary>What the handler writes in the transaction that records the outcome.</summary>
    public Func<DbTransaction, Task>? Save { get; init; }

    /// <summary>A failure that is an exception. Its text can hold data of the event, so only its type and the first frame of ours are kept; the text of an <see cref="EventFailedException"/> is meant to be read.</summary>
    public static AttemptResult OfException(Exception exception, DateTimeOffset startedAt, TimeSpan duration)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return new AttemptResult(exception is EventFailedException ? AttemptEnd.Rejected : AttemptEnd.Failed)
        {
            StartedAt = startedAt,
            Duration = duration,
            Error = exception is EventFailedException ? exception.Message : exception.GetType().FullName,
            Exception = exception.GetType().FullName,
            Frame = FirstFrame(exception),
        };
    }

    /// <summary>The first frame that is not the framework's or a library's.</summary>
    static string? FirstFrame(Exception exception)
    {
        var methods = new StackTrace(exception).GetFrames().Select(f => f.GetMethod()).OfType<MethodBase>().ToList();
        var method = methods.Find(m => m.DeclaringType?.FullName is { } name && !Foreign.Any(f => name.StartsWith(f, StringComparison.Ordinal))) ?? methods.FirstOrDefault();
        return method is null ? null : $"{method.DeclaringType?.FullName}.{method.Name}";
    }
}
