using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using EventBus.Contracts;
using EventBus.Tests.Fixtures;

namespace EventBus.Tests.Gateway;

/// <summary>One gateway in memory, with a consumer that keeps what arrives, for tests that do not change it. Each test sends ids of its own.</summary>
public sealed class SharedGateway : IAsyncLifetime
{
    readonly Collector _collector = new();

    internal BusHost Host { get; private set; } = null!;

    internal ConcurrentQueue<CloudEvent> Events => _collector.Events;

    public async ValueTask InitializeAsync() => Host = await BusHost.StartInMemoryAsync(b => b.WithService(_collector).WithConsumer<CollectingConsumer>());

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    /// <summary>Sends what is taken, and gives the answer.</summary>
    internal async Task<JsonElement> AcceptAsync(string path, string body, string? contentType = "application/json", params (string Name, string Value)[] headers)
    {
        using var response = await Host.PostAsync(path, body, contentType, headers);
        var answer = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, $"{(int)response.StatusCode} {answer}");
        return JsonElement.Parse(answer);
    }

    /// <summary>Sends what is refused, and gives the fields that the answer names.</summary>
    internal async Task<IEnumerable<string?>> RefuseAsync(string path, string body, string? contentType = "application/json", params (string Name, string Value)[] headers)
    {
        using var response = await Host.PostAsync(path, body, contentType, headers);
        var answer = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"{(int)response.StatusCode} {answer}");
        return JsonElement.Parse(answer).GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("field").GetString());
    }

    /// <summary>The event with this id, as a consumer got it.</summary>
    internal async Task<CloudEvent> EventAsync(string? id)
    {
        await Eventually.TrueAsync(() => Events.Any(e => e.Id == id), $"the event {id} has come");
        return Events.Single(e => e.Id == id);
    }

    /// <summary>Sends one event, and gives it as a consumer got it.</summary>
    internal async Task<CloudEvent> SendAsync(string path, string body, string? contentType = "application/json", params (string Name, string Value)[] headers) =>
        await EventAsync((await AcceptAsync(path, body, contentType, headers)).GetProperty("id").GetString());
}
