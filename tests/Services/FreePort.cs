using System.Net;
using System.Net.Sockets;

namespace EventBus.TestServices;

/// <summary>TCP ports that nobody listens on.</summary>
public static class FreePort
{
    // Below 32768, where Linux starts to give ports to outgoing connections: one of those could take the port of a server that is down for a moment,
    // and a client that retries could even connect to itself.
    const int First = 20000;
    const int Last = 32767;

    static readonly HashSet<int> Given = [];
    static readonly Lock Gate = new();

    /// <summary>A port that is free now and is not given twice in this process.</summary>
    public static int Next()
    {
        lock (Gate)
        {
            while (true)
            {
                var port = Random.Shared.Next(First, Last + 1);
                if (!Given.Contains(port) && IsFree(port))
                {
                    Given.Add(port);
                    return port;
                }
            }
        }
    }

    static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
