using System.Buffers;
using System.Net.Sockets;
using RabbitMQ.Client;

namespace EventBus.Publisher.Transport;

/// <summary>
/// A connection's socket, as RabbitMQ.Client 7.1 needs it. Writes do not fail: what is written to a broken connection is lost, and whoever reads sees that it is broken;
/// where a write fails the client writes no more, and whoever wants to write waits for ever, which can keep it from seeing that the connection has ended
/// (rabbitmq-dotnet-client issue 1930). And writes go together: the client sends each message by itself, which costs both sides a call into the kernel and a wake-up.
/// </summary>
sealed class BrokerSocket(AddressFamily family) : TcpClientAdapter(new Socket(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true })
{
    BrokerStream? _stream;

    /// <summary>Whether the connection is done with it.</summary>
    public bool IsClosed { get; private set; }

    public override void Close()
    {
        IsClosed = true;
        base.Close();
    }

    public override NetworkStream GetStream() => _stream ??= new BrokerStream(Client);

    sealed class BrokerStream(Socket socket) : NetworkStream(socket)
    {
        /// <summary>With more than so many bytes that wait, a write waits until they are sent.</summary>
        const int MaxWaiting = 64 * 1024;

        readonly Lock _gate = new();
        ArrayBufferWriter<byte> _waiting = new(MaxWaiting);
        ArrayBufferWriter<byte> _leaving = new(MaxWaiting);
        Task _sending = Task.CompletedTask;
        bool _isSending;

        /// <summary>Has the bytes sent, together with what is written while those before them are on their way.</summary>
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            lock (_gate)
            {
                _waiting.Write(buffer.Span);
                if (!_isSending)
                {
                    _isSending = true;
                    _sending = SendAsync();
                }

                return _waiting.WrittenCount <= MaxWaiting ? ValueTask.CompletedTask : new ValueTask(_sending.WaitAsync(cancellationToken));
            }
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        /// <summary>Until nothing waits any more.</summary>
        async Task SendAsync()
        {
            await Task.Yield();
            while (true)
            {
                lock (_gate)
                {
                    if (_waiting.WrittenCount == 0)
                    {
                        _isSending = false;
                        return;
                    }

                    (_waiting, _leaving) = (_leaving, _waiting);
                }

                try
                {
                    await base.WriteAsync(_leaving.WrittenMemory, CancellationToken.None);
                }
                catch (Exception e) when (e is IOException or ObjectDisposedException)
                {
                }

                if (_leaving.Capacity > 4 * MaxWaiting)
                {
                    _leaving = new ArrayBufferWriter<byte>(MaxWaiting);
                }

                _leaving.ResetWrittenCount();
            }
        }
    }
}
