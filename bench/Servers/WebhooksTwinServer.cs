using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using EventBus.Contracts;

namespace EventBus.Bench.Servers;

/// <summary>The twin of the service Webhooks: the bare client's consumer, and HttpClient with signed requests.</summary>
static class WebhooksTwinServer
{
    static readonly MediaTypeHeaderValue ContentType = new(EventJson.MediaType);

    public static async Task RunAsync()
    {
        var (url, key) = (BenchEndpoint.UrlFromEnvironment(), BenchEndpoint.KeyFromEnvironment());
        using var http = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null });
        await TwinConsumer.StartAsync(BenchEndpoint.Consumer, BenchEndpoint.Name, async delivery =>
        {
            using var request = CreateRequest(url, key, delivery);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            response.EnsureSuccessStatusCode();
            delivery.Status = (int)response.StatusCode;
        });
        await ParentPipe.ServeAsync("");
    }

    static HttpRequestMessage CreateRequest(Uri url, byte[] key, TwinDelivery delivery)
    {
        var id = $"msg_{TwinHash.Of($"{BenchEndpoint.Name}\n{delivery.Source}\n{delivery.Id}")}";
        var timestamp = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
        hmac.AppendData(delivery.Body);
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(delivery.Body) };
        request.Content.Headers.ContentType = ContentType;
        request.Headers.TryAddWithoutValidation("webhook-id", id);
        request.Headers.TryAddWithoutValidation("webhook-timestamp", timestamp);
        request.Headers.TryAddWithoutValidation("webhook-signature", $"v1,{Convert.ToBase64String(hmac.GetHashAndReset())}");
        request.Headers.TryAddWithoutValidation("eventbus-sequence", delivery.Sequence.ToString(CultureInfo.InvariantCulture));
        return request;
    }
}
