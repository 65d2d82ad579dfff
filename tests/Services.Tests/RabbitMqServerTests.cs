using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using EventBus.TestServices;
using EventBus.Tests.Fixtures;

namespace EventBus.Tests.Services;

public sealed class RabbitMqServerTests(RabbitMqFixture rabbitMq)
{
    [Fact]
    public async Task It_speaks_AMQP_and_has_the_management_plugin()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var server = await rabbitMq.GetAsync();

        var overview = await server.Management.GetFromJsonAsync<Overview>("api/overview", cancellation);

        Assert.Contains(overview!.Exchange_types, type => type.Name is "topic");
        Assert.True(await AnswersAsync(server, cancellation));
    }

    [Fact]
    public async Task A_virtual_host_is_new_each_time_and_empty()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var server = await rabbitMq.GetAsync();

        var first = await server.CreateVirtualHostAsync(cancellation);
        await DeclareDurableQueueAsync(server, first, cancellation);
        var second = await server.CreateVirtualHostAsync(cancellation);

        Assert.NotEqual(first, second, StringComparer.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await QueueStatusAsync(server, first, cancellation));
        Assert.Equal(HttpStatusCode.NotFound, await QueueStatusAsync(server, second, cancellation));
    }

    [Fact]
    public async Task A_durable_queue_outlives_a_kill_and_a_freeze_only_makes_it_wait()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var server = await RabbitMqServer.StartAsync(cancellation);
        var virtualHost = await server.CreateVirtualHostAsync(cancellation);
        await DeclareDurableQueueAsync(server, virtualHost, cancellation);
        await server.SyncAsync();

        await server.StopAsync();
        await Assert.ThrowsAsync<SocketException>(() => AnswersAsync(server, cancellation));
        await server.RestartAsync(cancellation);
        await Eventually.TrueAsync(async () => await QueueStatusAsync(server, virtualHost, cancellation) == HttpStatusCode.OK, "the node has its queue again");

        await server.PauseAsync();
        Assert.False(await AnswersAsync(server, cancellation));
        await server.ResumeAsync();
        Assert.True(await AnswersAsync(server, cancellation));
    }

    static async Task DeclareDurableQueueAsync(RabbitMqServer server, string virtualHost, CancellationToken cancellation)
    {
        using var answer = await server.Management.PutAsJsonAsync($"api/queues/{virtualHost}/kept", new { durable = true }, cancellation);
        answer.EnsureSuccessStatusCode();
    }

    static async Task<HttpStatusCode> QueueStatusAsync(RabbitMqServer server, string virtualHost, CancellationToken cancellation)
    {
        using var answer = await server.Management.GetAsync(new Uri($"api/queues/{virtualHost}/kept", UriKind.Relative), cancellation);
        return answer.StatusCode;
    }

    /// <summary>Sends the protocol header and looks whether the node opens the connection with a method frame (AMQP 0-9-1, 2.2.4).</summary>
    static async Task<bool> AnswersAsync(RabbitMqServer server, CancellationToken cancellation)
    {
        const byte methodFrame = 1;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(2));
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, limit.Token);
        var buffer = new byte[1];
        try
        {
            await client.GetStream().WriteAsync("AMQP\0\0\x9\x1"u8.ToArray(), limit.Token);
            return await client.GetStream().ReadAsync(buffer, limit.Token) is 1 && buffer[0] is methodFrame;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    sealed record Overview(IReadOnlyList<ExchangeType> Exchange_types);

    sealed record ExchangeType(string Name);
}
