using System.Net;
using System.Net.Sockets;
using EventBus.Publisher.Transport;

namespace EventBus.Tests.Publisher;

public sealed class BrokerSocketTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_written_in_pieces_of_any_size_arrives_in_its_order()
    {
        var (socket, peer) = await ConnectAsync();
        using var reading = new NetworkStream(peer, ownsSocket: true);
        using var writing = socket.GetStream();
        var random = new Random(1);
        byte[][] pieces = [.. Enumerable.Range(0, 20_000).Select(i => Enumerable.Repeat((byte)i, random.Next(500) == 0 ? random.Next(300_000) : random.Next(100)).ToArray())];
        var expected = pieces.SelectMany(p => p).ToArray();
        var received = new byte[expected.Length];
        var read = reading.ReadExactlyAsync(received, Token).AsTask();

        foreach (var piece in pieces)
        {
            await writing.WriteAsync(piece, Token);

            // The caller may use its buffer again.
            Array.Clear(piece);
        }

        await read;
        Assert.True(expected.AsSpan().SequenceEqual(received));
    }

    [Fact]
    public async Task Whoever_writes_more_than_is_taken_waits()
    {
        var (socket, peer) = await ConnectAsync();
        using var reading = new NetworkStream(peer, ownsSocket: true);
        using var writing = socket.GetStream();
        var piece = new byte[16 * 1024];
        long written = 0;
        Task last;
        do
        {
            last = writing.WriteAsync(piece, Token).AsTask();
            written += piece.Length;
            Assert.True(written < 1_000_000_000, "Nobody reads, and it goes on.");
            if (!last.IsCompleted)
            {
                // What the kernel takes is sent; what waits behind that does not end.
                await Task.WhenAny(last, Task.Delay(200, Token));
            }
        }
        while (last.IsCompletedSuccessfully);

        await reading.ReadExactlyAsync(new byte[written], Token);
        await last;
    }

    [Fact]
    public async Task Writes_to_a_connection_that_is_gone_do_not_fail_and_do_not_wait()
    {
        var (socket, peer) = await ConnectAsync();
        peer.Close(0);
        using var writing = socket.GetStream();
        for (var i = 0; i < 100; i++)
        {
            await writing.WriteAsync(new byte[200 * 1024], Token).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Token);
        }

        socket.Close();
        await writing.WriteAsync(new byte[200 * 1024], Token).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Token);
    }

    static async Task<(BrokerSocket Socket, Socket Peer)> ConnectAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var socket = new BrokerSocket(AddressFamily.InterNetwork);
        await socket.ConnectAsync(IPAddress.Loopback, ((IPEndPoint)listener.LocalEndpoint).Port, Token);
        return (socket, await listener.AcceptSocketAsync(Token));
    }
}
