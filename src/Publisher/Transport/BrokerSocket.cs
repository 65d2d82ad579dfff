using System.Net.Sockets;
using RabbitMQ.Client;

namespace EventBus.Publisher.Transport;

/// <summary>
/// A connection's socket, whose writes do not fail: what is written to a broken connection is lost, and whoever reads sees that it is broken. RabbitMQ.Client 7.1 needs
/// that: where a write fails it writes no more, and whoever wants to write waits for ever, which can keep it from seeing that the connection has ended
/// (rabbitmq-dotnet-client issue 1930).
/// </summary>
sealed class BrokerSocket(AddressFamily family) : TcpClientAdapter(new Socket(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true })
{
    LastingStream? _stream;

    /// <summary>Whether the connection is done with it.</summary>
    public bool IsClosed { get; private set; }

    public override void Close()
    {
        IsClosed = true;
        base.Close();
    }

    public override NetworkStream GetStream() => _stream ??= new LastingStream(Client);

    sealed class LastingStream(Socket socket) : NetworkStream(socket)
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                await base.WriteAsync(buffer, cancellationToken);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
            }
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }
}
