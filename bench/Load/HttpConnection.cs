using System.Globalization;
using System.Net.Sockets;

namespace EventBus.Bench.Load;

/// <summary>One connection of HTTP/1.1 that is kept: sends bytes that are a request already, and reads the answer only as far as it must.</summary>
sealed class HttpConnection(Uri server) : IDisposable
{
    readonly byte[] _buffer = new byte[64 * 1024];
    Socket? _socket;

    /// <summary>Sends a request and waits for the whole answer.</summary>
    /// <exception cref="BenchException">The answer is not 2xx.</exception>
    public async Task SendAsync(ReadOnlyMemory<byte> request)
    {
        try
        {
            // Where there is something to read before anything is sent, the server has ended the connection, which was idle for too long (RFC 9112, 9.5).
            if (_socket?.Poll(TimeSpan.Zero, SelectMode.SelectRead) == true)
            {
                Dispose();
            }

            _socket ??= await ConnectAsync();
            for (var sent = 0; sent < request.Length;)
            {
                sent += await _socket.SendAsync(request[sent..]);
            }

            var length = 0;
            while (true)
            {
                var read = await _socket.ReceiveAsync(_buffer.AsMemory(length));
                length += read;
                if (read == 0)
                {
                    throw new IOException("The server ended the connection within an answer.");
                }

                if (IsWhole(_buffer.AsSpan(0, length)))
                {
                    // HTTP/1.1 202 Accepted
                    var status = int.Parse(_buffer.AsSpan(9, 3), CultureInfo.InvariantCulture);
                    if (status is < 200 or > 299)
                    {
                        throw new BenchException($"HTTP {status}");
                    }

                    return;
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
    }

    async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server.Host, server.Port);
        return socket;
    }

    static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        var head = answer[..(end + 2)];
        var body = answer[(end + 4)..];
        if (head.IndexOf("\r\nContent-Length: "u8) is var at and >= 0)
        {
            var value = head[(at + "\r\nContent-Length: ".Length)..];
            return body.Length >= int.Parse(value[..value.IndexOf((byte)'\r')], CultureInfo.InvariantCulture);
        }

        return head.IndexOf("\r\nTransfer-Encoding: chunked"u8) < 0 || body.EndsWith("0\r\n\r\n"u8);
    }
}
