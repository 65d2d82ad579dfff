using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using EventBus.Contracts;
using EventBus.Delivery.Formats;
using EventBus.Delivery.Lanes;
using Microsoft.Extensions.Logging;

namespace EventBus.Delivery;

/// <summary>Sends one event to one endpoint, once.</summary>
public sealed partial class WebhookSender : IDisposable
{
    /// <summary>Instruments of this room.</summary>
    public const string MeterName = "EventBus.Delivery";

    static readonly ActivitySource Source = new(MeterName);
    static readonly Meter Meter = new(MeterName);
    static readonly Counter<long> Attempts = Meter.CreateCounter<long>("eventbus.delivery.attempts", "{attempt}", "HTTP calls to endpoints, by result.");
    static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "eventbus.delivery.duration", "s", "Duration of HTTP calls to endpoints.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [.. LaneMetrics.AttemptSeconds] });

    /// <summary>What is kept of an answer, in bytes.</summary>
    const int MaxHead = 1024;

    /// <summary>No endpoint is left alone for longer because it asks for it.</summary>
    static readonly TimeSpan MaxRetryAfter = TimeSpan.FromHours(24);

    readonly HttpClient _http = Client(null);
    readonly HttpClient _guarded;
    readonly TimeProvider _time;
    readonly ILogger<WebhookSender> _logger;

    /// <summary>Opens no connection yet.</summary>
    public WebhookSender(AddressGuard guard, TimeProvider time, ILogger<WebhookSender> logger)
    {
        ArgumentNullException.ThrowIfNull(guard);
        _guarded = Client(guard);
        _time = time;
        _logger = logger;
    }

    /// <summary>Makes one attempt.</summary>
    /// <param name="endpoint">The receiver.</param>
    /// <param name="event">The event; the endpoint's format has a document for it.</param>
    /// <param name="sequence">Its number among the events of its subject at this endpoint; null where it has none.</param>
    /// <param name="cancellationToken">Ends the attempt as postponed.</param>
    public async Task<AttemptResult> SendAsync(WebhookEndpoint endpoint, CloudEvent @event, long? sequence, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(@event);
        if (endpoint.Format.Write(@event) is not { } body)
        {
            return new AttemptResult(AttemptEnd.Filtered) { StartedAt = _time.GetUtcNow() };
        }

        var startedAt = _time.GetUtcNow();
        var start = _time.GetTimestamp();
        using var span = StartSpan(endpoint, @event);
        using var request = CreateRequest(endpoint, @event, body, sequence, span?.Id ?? TraceParent(@event));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(endpoint.Timeout);
        AttemptResult result;
        try
        {
            using var response = await (endpoint.IsGuarded ? _guarded : _http).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            result = Judge(endpoint, response) with { ResponseHead = endpoint.KeepResponse ? await HeadAsync(response, limit.Token) : null };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new AttemptResult(AttemptEnd.Postponed);
        }
        catch (OperationCanceledException)
        {
            result = Failed($"no answer within {endpoint.Timeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)} s");
        }
        catch (HttpRequestException e)
        {
            result = Failed(e.InnerException is AddressNotAllowedException ? "its address is not allowed" : e.HttpRequestError == HttpRequestError.Unknown ? "request failed" : e.HttpRequestError.ToString()) with
            {
                IsUnsent = e.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError,
            };
        }
        catch (IOException)
        {
            result = Failed("the connection ended within the answer");
        }

        result = result with { StartedAt = startedAt, Duration = _time.GetElapsedTime(start) };
        var tags = new TagList { { "eventbus.endpoint", endpoint.Name }, { "eventbus.result", result.Error is null ? "taken" : "failed" } };
        Attempts.Add(1, tags);
        Duration.Record(result.Duration.TotalSeconds, tags);
        span?.SetTag("http.response.status_code", result.Status).SetTag("error.type", result.Error).SetStatus(result.Error is null ? ActivityStatusCode.Unset : ActivityStatusCode.Error);
        LogAttempt(_logger, @event.Id, EventTrace.IdOf(@event), endpoint.Name, result.Error ?? "taken");
        return result;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _guarded.Dispose();
    }

    static HttpClient Client(AddressGuard? guard)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),

            // Its own spans hold the address, which can be a secret; the span of the attempt does not.
            ActivityHeadersPropagator = null,
        };
        if (guard is not null)
        {
            // A proxy would look the name up by itself.
            handler.UseProxy = false;
            handler.ConnectCallback = guard.ConnectAsync;
        }

        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    static Activity? StartSpan(WebhookEndpoint endpoint, CloudEvent @event) =>
        Source.StartActivity($"POST {endpoint.Name}", ActivityKind.Client, Activity.Current?.Context ?? EventTrace.Of(@event))?.SetTag("http.request.method", "POST").SetTag("eventbus.endpoint", endpoint.Name);

    static AttemptResult Failed(string error) => new(AttemptEnd.Failed) { Error = error };

    AttemptResult Judge(WebhookEndpoint endpoint, HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        if (response.IsSuccessStatusCode)
        {
            return new AttemptResult(AttemptEnd.Processed) { Status = status };
        }

        var isFinal = endpoint.FinalClientErrors && status is >= 400 and < 500 and not (408 or 409 or 425 or 429);
        var asked = response.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - _time.GetUtcNow() : null;
        return new AttemptResult(isFinal ? AttemptEnd.Rejected : AttemptEnd.Failed)
        {
            Status = status,
            Error = $"HTTP {status}",
            RetryAfter = asked > MaxRetryAfter ? MaxRetryAfter : asked > TimeSpan.Zero ? asked : null,
        };
    }

    /// <summary>The first bytes of the answer, as text.</summary>
    static async Task<string> HeadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var head = new byte[MaxHead];
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var length = await stream.ReadAtLeastAsync(head, MaxHead, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(head, 0, length).Replace('\0', ' ');
    }

    /// <summary>The event's; senders can write anything there, and what is no trace cannot stand in a header either.</summary>
    static string? TraceParent(CloudEvent @event) => EventTrace.Of(@event) == default ? null : @event.TraceParent;

    HttpRequestMessage CreateRequest(WebhookEndpoint endpoint, CloudEvent @event, DeliveryBody body, long? sequence, string? traceParent)
    {
        var id = WebhookSigner.DeliveryId(endpoint.Name, @event.Source, @event.Id, @event.Replay);
        var timestamp = _time.GetUtcNow().ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Url) { Content = new ReadOnlyMemoryContent(body.Bytes) };
        request.Content.Headers.ContentType = Ascii.IsValid(body.ContentType) && MediaTypeHeaderValue.TryParse(body.ContentType, out var type) ? type : new MediaTypeHeaderValue("application/octet-stream");
        request.Headers.TryAddWithoutValidation("User-Agent", "EventBus/0.1");
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        if (endpoint.Signer is { } signer)
        {
            request.Headers.TryAddWithoutValidation("webhook-signature", signer.Sign(id, timestamp, body.Bytes.Span));
        }

        if (sequence is not null)
        {
            request.Headers.Add("eventbus-sequence", sequence.Value.ToString(CultureInfo.InvariantCulture));
        }

        if (@event.Replay is { } replay)
        {
            request.Headers.TryAddWithoutValidation("eventbus-replay", replay);
        }

        foreach (var (name, value) in body.Headers.Concat(endpoint.Headers))
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (traceParent is not null)
        {
            request.Headers.TryAddWithoutValidation("traceparent", traceParent);
        }

        return request;
    }

    [LoggerMessage(301, LogLevel.Debug, "Event {EventId} (trace {TraceId}) to endpoint {Endpoint}: {Result}")]
    static partial void LogAttempt(ILogger logger, string eventId, string? traceId, string endpoint, string result);
}
