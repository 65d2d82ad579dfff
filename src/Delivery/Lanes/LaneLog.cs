using System.Data.Common;
using EventBus.Contracts;
using Microsoft.Extensions.Logging;

namespace EventBus.Delivery.Lanes;

/// <summary>What a lane says in the log.</summary>
sealed partial class LaneLog(ILogger logger, string lane, string consumer)
{
    public void Held(long epoch) => LogHeld(logger, lane, epoch);

    public void Trouble(Exception exception) => LogTrouble(logger, lane, Reason(exception));

    public void Dead(CloudEvent? @event, string endpoint, string? reason, string frame) => LogDead(logger, @event?.Id, @event is null ? null : EventTrace.IdOf(@event), consumer, endpoint, reason, frame);

    /// <summary>In words without data: a database's own text can hold values.</summary>
    static string Reason(Exception exception) => exception is DbException { SqlState: { } state } ? $"{exception.GetType().Name}, SQLSTATE {state}" : exception.GetType().Name;

    [LoggerMessage(310, LogLevel.Debug, "Lane {Lane} is held (epoch {Epoch})")]
    static partial void LogHeld(ILogger logger, string lane, long epoch);

    [LoggerMessage(311, LogLevel.Warning, "Lane {Lane} waits: {Reason}")]
    static partial void LogTrouble(ILogger logger, string lane, string reason);

    [LoggerMessage(312, LogLevel.Error, "Event {EventId} (trace {TraceId}) is dead at consumer {Consumer}, endpoint '{Endpoint}': {Reason}{Frame}")]
    static partial void LogDead(ILogger logger, string? eventId, string? traceId, string consumer, string endpoint, string? reason, string frame);
}
