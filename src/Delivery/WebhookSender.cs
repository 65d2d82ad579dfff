using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net.Http.Headers;
using EventBus.Contracts;
using EventBus.Delivery.Formats;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;

namespace EventBus.Delivery;

/// <summary>Sends one event to one endpoint, and tries again where that fails.</summary>
public sealed partial class WebhookSender : IDisposable
{
    /// <summary>Instruments of this room.</summary>
    public const string MeterName = "EventBus.Delivery";

    static readonly Meter Meter = new(MeterName);
    static readonly Counter<long> Attempts = Meter.CreateCounter<long>("eventbus.delivery.attempts", "{attempt}", "HTTP calls to endpoints, by result.");
    static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("eventbus.delivery.duration", "s", "Duration of HTTP calls to endpoints.");

    readonly HttpClient _http;
    readonly ResiliencePipeline<string?> _retry;
    readonly TimeProvider _time;
    readonly ILogger<WebhookSender> _logger;

    /// <summary>Opens no connection yet.</summary>
    public WebhookSender(IOptions<DeliveryOptions> options, TimeProvider time, ILogger<WebhookSender> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _time = time;
        _logger = logger;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _retry = new ResiliencePipelineBuilder<string?> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<string?>
            {
                MaxRetryAttempts = DeliveryOptions.MaxAttempts - 1,
                Delay = options.Value.RetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = new PredicateBuilder<string?>().HandleResult(failure => failure is not null),
            })
            .Build();
    }

    /// <summary>Delivers the event, in as many attempts as it takes, up to <see cref="DeliveryOptions.MaxAttempts"/>.</summary>
    public async Task<DeliveryResult> SendAsync(WebhookEndpoint endpoint, CloudEvent @event, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(@event);
        if (endpoint.Format.Write(@event) is not { } body)
        {
            return new DeliveryResult(endpoint, 0, null);
        }

        var id = WebhookSigner.DeliveryId(endpoint.Name, @event.Source, @event.Id);
        var attempts = 0;
        var failure = await _retry.ExecuteAsync(
            async token =>
            {
                attempts++;
                var failed = await AttemptAsync(endpoint, @event, body, id, token);
                LogAttempt(_logger, @event.Id, endpoint.Name, attempts, failed ?? "taken");
                return failed;
            },
            cancellationToken);
        return new DeliveryResult(endpoint, attempts, failure);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <returns>Why the endpoint did not take it, in words without address or content; null if it did.</returns>
    async Task<string?> AttemptAsync(WebhookEndpoint endpoint, CloudEvent @event, DeliveryBody body, string id, CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        using var request = CreateRequest(endpoint, @event, body, id);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(endpoint.Timeout);
        string? failure;
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            failure = response.IsSuccessStatusCode ? null : $"HTTP {(int)response.StatusCode}";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            failure = $"no answer within {endpoint.Timeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)} s";
        }
        catch (HttpRequestException e)
        {
            failure = e.HttpRequestError == HttpRequestError.Unknown ? "request failed" : e.HttpRequestError.ToString();
        }

        var tags = new TagList { { "eventbus.endpoint", endpoint.Name }, { "eventbus.result", failure is null ? "taken" : "failed" } };
        Attempts.Add(1, tags);
        Duration.Record(_time.GetElapsedTime(start).TotalSeconds, tags);
        return failure;
    }

    HttpRequestMessage CreateRequest(WebhookEndpoint endpoint, CloudEvent @event, DeliveryBody body, string id)
    {
        var timestamp = _time.GetUtcNow().ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Url) { Content = new ReadOnlyMemoryContent(body.Bytes) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.TryParse(body.ContentType, out var type) ? type : new MediaTypeHeaderValue("application/octet-stream");
        request.Headers.UserAgent.ParseAdd("EventBus/0.1");
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        if (endpoint.Signer is { } signer)
        {
            request.Headers.TryAddWithoutValidation("webhook-signature", signer.Sign(id, timestamp, body.Bytes.Span));
        }

        foreach (var (name, value) in endpoint.Headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        // With a listener the HTTP client continues the current trace; without one the sender's is handed on as it came.
        if (Activity.Current is null && @event.TraceParent is { } traceParent)
        {
            request.Headers.TryAddWithoutValidation("traceparent", traceParent);
        }

        return request;
    }

    [LoggerMessage(301, LogLevel.Debug, "Event {EventId} to endpoint {Endpoint}, attempt {Attempt}: {Result}")]
    static partial void LogAttempt(ILogger logger, string eventId, string endpoint, int attempt, string result);
}

/// <summary>What came of a delivery.</summary>
/// <param name="Endpoint">The receiver.</param>
/// <param name="Attempts">HTTP calls made; 0 where the endpoint's format has nothing to say about the event.</param>
/// <param name="Failure">Why the last attempt failed; null if the endpoint took the event.</param>
public sealed record DeliveryResult(WebhookEndpoint Endpoint, int Attempts, string? Failure);
