using System.Net.Http.Json;
using System.Text.Json;
using EventBus.TestServices;

namespace EventBus.Tests.Fixtures;

/// <summary>Takes messages from queues through the management API, as an operator would.</summary>
static class Queues
{
    /// <summary>How many consumers a queue has.</summary>
    public static async Task<int> ConsumersAsync(RabbitMqServer node, string vhost, string queue)
    {
        using var response = await node.Management.GetAsync(new Uri($"api/queues/{vhost}/{queue}", UriKind.Relative));
        return response.IsSuccessStatusCode && JsonElement.Parse(await response.Content.ReadAsByteArrayAsync()).TryGetProperty("consumers", out var consumers) ? consumers.GetInt32() : 0;
    }

    /// <summary>Waits for a message in a queue, and takes it out.</summary>
    public static async Task<QueuedMessage> TakeAsync(RabbitMqServer node, string vhost, string queue)
    {
        JsonElement? taken = null;
        await Eventually.TrueAsync(
            async () =>
            {
                using var response = await node.Management.PostAsJsonAsync(
                    $"api/queues/{vhost}/{queue}/get", new { count = 1, ackmode = "ack_requeue_false", encoding = "auto" });
                if (!response.IsSuccessStatusCode)
                {
                    return false;
                }

                var messages = JsonElement.Parse(await response.Content.ReadAsByteArrayAsync());
                taken = messages.GetArrayLength() > 0 ? messages[0] : null;
                return taken is not null;
            },
            $"a message is in {queue}");
        var properties = taken!.Value.GetProperty("properties");
        return new QueuedMessage(
            taken.Value.GetProperty("payload").GetString()!,
            taken.Value.GetProperty("routing_key").GetString()!,
            properties.TryGetProperty("content_type", out var contentType) ? contentType.GetString()! : "",
            properties.TryGetProperty("delivery_mode", out var mode) ? mode.GetInt32() : 1,
            properties.TryGetProperty("headers", out var headers)
                ? headers.EnumerateObject().ToDictionary(h => h.Name, h => h.Value.ToString(), StringComparer.Ordinal)
                : []);
    }
}

sealed record QueuedMessage(string Body, string RoutingKey, string ContentType, int DeliveryMode, Dictionary<string, string> Headers);
