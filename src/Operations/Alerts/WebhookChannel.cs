using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using EventBus.Contracts;
using Microsoft.Extensions.Options;

namespace EventBus.Operations.Alerts;

/// <summary>Tells a webhook, in the form and with the signature of Standard Webhooks.</summary>
sealed class WebhookChannel : IAlertChannel, IDisposable
{
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    readonly AlertOptions _options;
    readonly TimeProvider _time;
    readonly WebhookSigner _signer;
    readonly HttpClient _http;

    public WebhookChannel(IOptions<AlertOptions> options, TimeProvider time)
    {
        (_options, _time) = (options.Value, time);
        _signer = WebhookSigner.TryCreate(_options.Webhook.Secret!)!;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) }) { Timeout = Timeout };
    }

    public string Name => "webhook";

    public async Task<string?> TellAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(Document.Of(notification, _options.ConsoleUrl), AlertJson.Default.Document);
        var (id, timestamp) = ($"alert_{notification.Alert.Id}_{notification.Id}", _time.GetUtcNow().ToUnixTimeSeconds());
        using var request = new HttpRequestMessage(HttpMethod.Post, _options.Webhook.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.ParseAdd("EventBus/0.1");
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation("webhook-signature", _signer.Sign(id, timestamp, body));
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.IsSuccessStatusCode ? null : $"HTTP {(int)response.StatusCode}";
        }
        catch (HttpRequestException e)
        {
            return e.HttpRequestError.ToString();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no answer within {Timeout.TotalSeconds} s";
        }
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>A notification as JSON.</summary>
sealed record Document(string Type, DateTimeOffset Timestamp, AlertData Data)
{
    public static Document Of(AlertNotification notification, string? consoleUrl)
    {
        var a = notification.Alert;
        return new Document($"alert.{notification.Transition}", notification.At, new AlertData(
            a.Id, a.Cause, a.Kind, AlertRegister.Word(a.Severity), a.Text, Time(a.Since), Time(a.RaisedAt), a.ResolvedAt is { } resolved ? Time(resolved) : null, a.AcknowledgedBy,
            consoleUrl is null ? null : $"{consoleUrl.TrimEnd('/')}/alerts"));
    }

    static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}

/// <summary>An alert in a <see cref="Document"/>.</summary>
sealed record AlertData(
    long Id, string Cause, string Kind, string Severity, string Text, DateTimeOffset Since, DateTimeOffset RaisedAt, DateTimeOffset? ResolvedAt, string? AcknowledgedBy, string? Url);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Document))]
sealed partial class AlertJson : JsonSerializerContext;
