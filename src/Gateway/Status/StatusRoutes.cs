using System.Data.Common;
using System.Text.Json.Serialization;
using EventBus.Gateway.Ingress;
using EventBus.Gateway.Keys;
using EventBus.Operations;
using EventBus.Storage;

namespace EventBus.Gateway.Status;

/// <summary><c>GET /v1/events/{id}</c>: what became of an event, for whoever sent it.</summary>
static class StatusRoutes
{
    public static void MapStatus(this IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/events/{id}", FindAsync)
        .WithTags("Events")
        .WithSummary("What became of an event that was sent with the same key: acceptance, routing, outcomes, attempts")
        .Produces<EventStatus[]>()
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    static async Task<IResult> FindAsync(string id, HttpRequest request, KeyRing keys, Database database, CancellationToken cancellationToken)
    {
        var caller = keys.Identify(request);

        // A slash of an id stays encoded in the route's value, where all else is decoded.
        id = id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        try
        {
            var records = await new EventHistory(database).FindAsync(id, keys.IsOpen ? null : caller.Name, cancellationToken);
            return records.Count > 0
                ? Results.Json(records.Select(EventStatus.Of), StatusJson.Default.IEnumerableEventStatus)
                : throw new Refusal(
                    StatusCodes.Status404NotFound,
                    "No event with this id was archived for this key. The archive follows a moment after acceptance, and keeps events as long as EventBus:Retention:Archive says.");
        }
        catch (Exception e) when (e is StorageException or DbException)
        {
            throw Refusal.Unavailable();
        }
    }
}

/// <summary>An event, as its sender sees it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Source">Its source.</param>
/// <param name="Type">Its type.</param>
/// <param name="Accepted">When it was accepted.</param>
/// <param name="Gateway">By which gateway.</param>
/// <param name="Sequence">Its number there.</param>
/// <param name="Routed">Whether a consumer had asked for it.</param>
/// <param name="Consumers">What became of it at each.</param>
sealed record EventStatus(string Id, string Source, string Type, DateTimeOffset Accepted, string? Gateway, long? Sequence, bool Routed, IReadOnlyList<OutcomeStatus> Consumers)
{
    public static EventStatus Of(EventRecord record) => new(
        record.Event.Id, record.Event.Source, record.Event.Type, Time(record.Event.AcceptedAt), record.Event.Gateway, record.Event.GatewaySequence, !record.Event.Unrouted,
        [.. record.Outcomes.Select(o => new OutcomeStatus(
            o.Consumer, o.Endpoint.Length == 0 ? null : o.Endpoint, o.State.ToString().ToLowerInvariant(), o.Replay, o.Sequence,
            o.FinishedAt is { } finished ? Time(finished) : null, o.DueAt is { } due ? Time(due) : null,
            [.. o.Attempts.Select(a => new AttemptStatus(a.Number, Time(a.StartedAt), a.DurationMs, a.Status, a.Error))]))]);

    static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}

/// <summary>What became of an event at a consumer, or on its way to an endpoint.</summary>
/// <param name="Consumer">The consumer.</param>
/// <param name="Endpoint">The endpoint; null for the consumer itself.</param>
/// <param name="Outcome">waiting, processed, filtered, superseded, dead, discarded or expired.</param>
/// <param name="Replay">The replay it belongs to.</param>
/// <param name="Sequence"><c>eventbus-sequence</c>.</param>
/// <param name="Finished">When it had its outcome.</param>
/// <param name="NextAttempt">When it is tried again.</param>
/// <param name="Attempts">The attempts.</param>
sealed record OutcomeStatus(
    string Consumer, string? Endpoint, string Outcome, string? Replay, long? Sequence, DateTimeOffset? Finished, DateTimeOffset? NextAttempt, IReadOnlyList<AttemptStatus> Attempts);

/// <summary>One attempt.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Started">When it began.</param>
/// <param name="DurationMs">How long it took, in milliseconds.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Error">Why it failed.</param>
sealed record AttemptStatus(int Number, DateTimeOffset Started, long DurationMs, int? Status, string? Error);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IEnumerable<EventStatus>))]
sealed partial class StatusJson : JsonSerializerContext;
