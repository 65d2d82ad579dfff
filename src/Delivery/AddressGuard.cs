using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace EventBus.Delivery;

/// <summary>
/// Keeps endpoints that are added at run time out of the network that this process is in: it looks where a name leads when the endpoint is added, and again whenever a
/// connection is made, to the very addresses that it has looked at.
/// </summary>
public sealed class AddressGuard
{
    /// <summary>IANA's registries of special-purpose addresses: this network, private, shared, loopback, link-local, documentation, benchmarks, multicast, reserved.</summary>
    static readonly IPNetwork[] Special4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
            "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
        }.Select(IPNetwork.Parse),
    ];

    /// <summary>What is given out to the public, and in it what is not: protocols (Teredo among them), documentation, 6to4, which leads to IPv4.</summary>
    static readonly IPNetwork Public6 = IPNetwork.Parse("2000::/3");

    static readonly IPNetwork[] Special6 = [IPNetwork.Parse("2001::/23"), IPNetwork.Parse("2001:db8::/32"), IPNetwork.Parse("2002::/16"), IPNetwork.Parse("3fff::/20")];

    readonly IPNetwork[] _allowed;

    /// <summary>Asks for no address yet.</summary>
    public AddressGuard(IOptions<DeliveryOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _allowed = [.. options.Value.AllowedNetworks.Select(IPNetwork.Parse)];
    }

    /// <summary>Finds the addresses of a name.</summary>
    internal Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    /// <summary>Whether a connection may be made to an address.</summary>
    public bool Allows(IPAddress address)
    {
        var plain = Plain(address);
        return IsListed(plain) || (plain.AddressFamily == AddressFamily.InterNetwork
            ? !Array.Exists(Special4, n => n.Contains(plain))
            : Public6.Contains(plain) && !Array.Exists(Special6, n => n.Contains(plain)));
    }

    /// <summary>What speaks against an endpoint's address, in words; null where nothing does.</summary>
    public async Task<string?> FindFaultAsync(Uri url, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(url);
        IPAddress[] addresses;
        try
        {
            addresses = await AddressesAsync(url.IdnHost, cancellationToken);
        }
        catch (SocketException)
        {
            return $"Url: the name {url.IdnHost} is not known";
        }

        return !Array.TrueForAll(addresses, Allows) ? $"Url: {url.IdnHost} leads to an address that is not public; EventBus__Delivery__AllowedNetworks__0 can allow its network"
            : url.Scheme == Uri.UriSchemeHttps || Array.TrueForAll(addresses, a => IsListed(Plain(a))) ? null
            : "Url is not https; for example Url=https://hooks.example.org/events";
    }

    /// <summary>Connects to one of the addresses that a name leads to now, if all of them are allowed.</summary>
    internal async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await AddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        if (!Array.TrueForAll(addresses, Allows))
        {
            throw new AddressNotAllowedException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    async Task<IPAddress[]> AddressesAsync(string host, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Resolve(host, cancellationToken);
        return addresses.Length > 0 ? addresses : throw new SocketException((int)SocketError.HostNotFound);
    }

    bool IsListed(IPAddress plain) => Array.Exists(_allowed, n => n.Contains(plain));

    /// <summary>An IPv4 address that is written as one of IPv6 is what it stands for.</summary>
    static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
