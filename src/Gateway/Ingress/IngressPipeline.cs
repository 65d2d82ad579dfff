using System.Buffers;
using System.Data.Common;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json;
using EventBus.Contracts;
using EventBus.Gateway.Accepting;
using EventBus.Gateway.Answering;
using EventBus.Gateway.Keys;
using EventBus.Storage;
using Microsoft.Extensions.Options;

namespace EventBus.Gateway.Ingress;

/// <summary>The way of every request, whoever sends it: size, sender, media type, JSON, meaning; then publish, and only then say yes.</summary>
sealed partial class IngressPipeline(
    KeyRing keys, EventAcceptor acceptor, SynchronousAnswers answers, IOptions<GatewayOptions> options, TimeProvider time, ILogger<IngressPipeline> logger)
{
    static readonly JsonScratch Scratch = new(default);
    static readonly Meter Meter = new("EventBus.Gateway");
    static readonly Counter<long> Accepted = Meter.CreateCounter<long>("eventbus.events.accepted", "{event}", "Events that were answered 2xx.");
    static readonly Counter<long> Ignored = Meter.CreateCounter<long>("eventbus.events.ignored", "{event}", "Change records that mean no event.");

    /// <summary>Takes the request's events to the broker.</summary>
    /// <exception cref="Refusal">They are not taken.</exception>
    public async Task<IngressReading> AcceptAsync(HttpContext context, IIngress ingress)
    {
        var request = context.Request;
        var body = await BodyReader.ReadAsync(request, options.Value.MaxBodyBytes, context.RequestAborted);
        var caller = ingress.Identify(request, keys);
        ingress.CheckContentType(request, body.Length > 0);
        if (request.Headers.ContentEncoding.Count > 0 && !string.Equals(request.Headers.ContentEncoding, "identity", StringComparison.OrdinalIgnoreCase))
        {
            throw Refusal.UnsupportedMediaType("The body has to come as it is, without Content-Encoding.");
        }

        var json = body.Length == 0 && ingress.AllowsEmptyBody(request) ? (JsonElement?)null : JsonBody.Parse(body);
        var reading = ingress.Read(new IngressRequest(request, json, caller, keys, time.GetUtcNow()));
        List<CloudEvent> sent = [.. reading.Events.OfType<CloudEvent>().Select(CustomerCredentials.Remove)];
        var whole = EventIds.Given(request) is { } id ? Claim.OfRequest(reading.Caller, id, request, body) : null;
        var own = reading.HasOwnIds ? sent.ConvertAll(e => Claim.OfEvent(reading.Caller, e))
            : reading.Operation is { } operation ? sent.ConvertAll(e => Claim.OfOperation(reading.Caller, e.NativeType ?? "", operation, body))
            : null;

        // Without the request's token: a sender that hangs up must not leave it open whether its events were published.
        using var question = await PlanAsync(request, sent);
        var (events, isNew) = await acceptor.AcceptAsync(sent.ConvertAll(e => answers.Mark(WithTrace(e, request), question)), whole, own, reading.Caller, question is null ? null : question.OpenAsync);
        foreach (var @event in logger.IsEnabled(LogLevel.Debug) ? events : [])
        {
            LogAccepted(logger, @event.Id, EventTrace.IdOf(@event));
        }

        foreach (var @event in isNew)
        {
            Accepted.Add(1, new TagList { { "eventbus.source", SourceTag(@event) }, { "eventbus.family", @event.Family.Word } });
        }

        Ignored.Add(reading.Events.Count - events.Count);
        if (question is not null)
        {
            reading = reading with { Outcome = await OutcomeAsync(question, events[0], [.. (own ?? []).Concat(whole is null ? [] : [whole])]) };
            if (question.IsPreferred)
            {
                context.Response.Headers["Preference-Applied"] = string.Create(CultureInfo.InvariantCulture, $"wait={question.Wait.TotalSeconds}");
            }
        }

        var next = 0;
        return reading with { Events = [.. reading.Events.Select(e => e is null ? null : events[next++])] };
    }

    /// <summary>The answer of the routes that confirm what they took: <c>{"id","type","subject"}</c>, or an array of it.</summary>
    public static async Task AnswerAsync(HttpContext context, IngressReading reading)
    {
        var response = context.Response;
        response.StatusCode = reading.Outcome is null ? StatusCodes.Status202Accepted : StatusCodes.Status200OK;
        response.ContentType = "application/json; charset=utf-8";
        Scratch.Write(reading, Describe, text =>
        {
            response.ContentLength = text.Length;
            response.BodyWriter.Write(text);
            return text.Length;
        });
        await response.BodyWriter.FlushAsync();
    }

    async Task<Question?> PlanAsync(HttpRequest request, IReadOnlyList<CloudEvent> sent)
    {
        try
        {
            return await answers.PlanAsync(request, sent);
        }
        catch (Exception e) when (e is StorageException or DbException)
        {
            throw Refusal.Unavailable();
        }
    }

    /// <exception cref="Refusal">It was refused, or nobody said in time what will become of it.</exception>
    async Task<Outcome?> OutcomeAsync(Question question, CloudEvent accepted, IReadOnlyList<Claim> claims)
    {
        Outcome? outcome;
        try
        {
            outcome = await question.CompleteAsync(accepted);
            if (outcome is { State: AnswerState.Unknown })
            {
                // Sent again, it is asked again: the endpoint knows by the id of the call whether it has done it already.
                await acceptor.ForgetAsync(claims);
            }
        }
        catch (Exception e) when (e is StorageException or DbException)
        {
            // Undecided it is withdrawn by whoever looks next; sent again with its id it is answered as it was decided.
            throw Refusal.Unavailable();
        }

        if (outcome is null or { State: AnswerState.Applied })
        {
            return outcome;
        }

        if (outcome.State == AnswerState.Unknown)
        {
            throw new Refusal(
                StatusCodes.Status504GatewayTimeout, $"{outcome.Caller} did not answer in time, so it is not known whether it has done it; nobody else did anything. Send it again with the same id: {outcome.Caller} can tell by that.");
        }

        var refusals = outcome.Refusals.ToList();
        throw refusals.Count == 0
            ? new Refusal(StatusCodes.Status504GatewayTimeout, "Not all who have to agree have answered in time. Nothing was done.")
            : Refusal.BadRequest(
                string.Join(" ", refusals.Select(r => r.Value.Reason ?? $"{r.Key} refused it.")),
                [.. refusals.SelectMany(r => r.Value.Fields ?? new Dictionary<string, string>(StringComparer.Ordinal)).Select(f => new FieldError(f.Key, f.Value))]);
    }

    static void Describe(Utf8JsonWriter writer, IngressReading reading)
    {
        if (reading.IsBatch)
        {
            writer.WriteStartArray();
        }

        foreach (var @event in reading.Events)
        {
            Describe(writer, @event, reading.Outcome);
        }

        if (reading.IsBatch)
        {
            writer.WriteEndArray();
        }
    }

    static void Describe(Utf8JsonWriter writer, CloudEvent? @event, Outcome? outcome)
    {
        writer.WriteStartObject();
        if (@event is null)
        {
            writer.WriteBoolean("ignored", true);
            writer.WriteString("detail", "This change means no event.");
        }
        else
        {
            writer.WriteString("id", @event.Id);
            writer.WriteString("type", @event.Type);
            writer.WriteString("subject", @event.Subject);
        }

        if (outcome is not null)
        {
            writer.WriteStartArray("responders");
            foreach (var responder in outcome.Verdicts.Keys.Order(StringComparer.Ordinal))
            {
                writer.WriteStringValue(responder);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    static CloudEvent WithTrace(CloudEvent @event, HttpRequest request) => @event.TraceParent is not null ? @event
        : Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } current } ? @event with { TraceParent = current }
        : ActivityContext.TryParse(request.Headers.TraceParent, null, out _) ? @event with { TraceParent = request.Headers.TraceParent }
        : @event;

    /// <summary>A label of few values: senders of the catalog by name, everybody else together.</summary>
    static string SourceTag(CloudEvent @event) => @event.Source is "canvas" or "careportals" or "smartflowsheet" ? @event.Source : "other";

    [LoggerMessage(101, LogLevel.Debug, "Accepted event {EventId} (trace {TraceId})")]
    static partial void LogAccepted(ILogger logger, string eventId, string? traceId);
}
