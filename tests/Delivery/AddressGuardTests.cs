using System.Net;
using EventBus.Contracts;
using EventBus.Delivery;
using EventBus.Delivery.Lanes;
using EventBus.Storage;
using EventBus.Tests.Fixtures;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EventBus.Tests.Delivery;

/// <summary>Endpoints that are added at run time lead to public addresses, when they are added and whenever a connection is made.</summary>
public sealed class AddressGuardTests
{
    [Theory]
    [InlineData("93.184.215.14", true)]
    [InlineData("2606:2800:220:1::1", true)]
    [InlineData("::ffff:93.184.215.14", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.255.255.254", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.1.1", false)]
    [InlineData("198.18.0.1", false)]
    [InlineData("203.0.113.7", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::127.0.0.1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:10.1.2.3", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("2001::1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("fc00::1", false)]
    [InlineData("fd12:3456::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("ff02::1", false)]
    public void Only_public_addresses_are_allowed(string address, bool allowed) => Assert.Equal(allowed, Guard([]).Allows(IPAddress.Parse(address)));

    [Theory]
    [InlineData("10.20.3.4", true)]
    [InlineData("::ffff:10.20.3.4", true)]
    [InlineData("10.21.0.1", false)]
    [InlineData("fd00:1::5", true)]
    [InlineData("fd00:2::5", false)]
    public void A_network_that_is_listed_is_allowed(string address, bool allowed) => Assert.Equal(allowed, Guard(["10.20.0.0/16", "fd00:1::/32"]).Allows(IPAddress.Parse(address)));

    [Theory]
    [InlineData("https://example.org/hook", "93.184.215.14", null)]
    [InlineData("http://example.org/hook", "93.184.215.14", "not https")]
    [InlineData("https://example.org/hook", "93.184.215.14 10.0.0.1", "not public")]
    [InlineData("https://example.org/hook", "", "not known")]
    [InlineData("http://inside.example.org/hook", "10.20.0.7", null)]
    [InlineData("http://inside.example.org/hook", "10.20.0.7 93.184.215.14", "not https")]
    [InlineData("https://[::1]/hook", "", "not public")]
    [InlineData("https://[::ffff:169.254.169.254]/hook", "", "not public")]
    [InlineData("https://2130706433/hook", "", "not public")]
    [InlineData("https://0x7f.1/hook", "", "not public")]
    public async Task What_speaks_against_an_address_is_said(string url, string addresses, string? fault)
    {
        var found = await Guard(["10.20.0.0/16"], addresses).FindFaultAsync(new Uri(url), CancellationToken.None);

        Assert.True(fault is null ? found is null : found?.Contains(fault, StringComparison.Ordinal), found);
    }

    [Fact]
    public async Task A_name_that_leads_elsewhere_when_the_connection_is_made_is_not_connected_to()
    {
        await using var receiver = await Receiver.StartAsync();
        var asked = 0;
        var guard = new AddressGuard(Options.Create(new DeliveryOptions())) { Resolve = (_, _) => Task.FromResult<IPAddress[]>([Interlocked.Increment(ref asked) == 1 ? IPAddress.Parse("93.184.215.14") : IPAddress.Loopback]) };
        var url = new Uri($"https://rebinding.example.org:{receiver.Url.Port}/hook");
        Assert.Null(await guard.FindFaultAsync(url, CancellationToken.None));

        var result = await SendAsync(guard, url);

        Assert.Equal((AttemptEnd.Failed, "its address is not allowed", true), (result.End, result.Error, result.IsUnsent));
        Assert.Equal(2, asked);
        Assert.Empty(receiver.Deliveries);
    }

    [Fact]
    public async Task The_connection_is_made_to_the_address_that_was_looked_at_without_a_proxy()
    {
        await using var receiver = await Receiver.StartAsync();
        var options = new DeliveryOptions();
        options.AllowedNetworks.Add("127.0.0.0/8");
        var guard = new AddressGuard(Options.Create(options)) { Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]) };

        Assert.Equal(204, (await SendAsync(guard, new Uri($"http://nowhere.invalid:{receiver.Url.Port}/hook"))).Status);
    }

    static async Task<AttemptResult> SendAsync(AddressGuard guard, Uri url)
    {
        using var sender = new WebhookSender(guard, TimeProvider.System, NullLogger<WebhookSender>.Instance);
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["Url"] = url.ToString(), ["Events:0"] = "#" };
        var endpoint = WebhookEndpoints.Read(new EndpointSettings("added", settings, null, null, 0, 0), DateTimeOffset.UnixEpoch, [])!;
        return await sender.SendAsync(endpoint, new UnclassifiedEvent { Id = "e", Source = "tests", Type = "tests.some.thing" }, null, CancellationToken.None);
    }

    static AddressGuard Guard(string[] networks, string addresses = "")
    {
        var options = new DeliveryOptions();
        Array.ForEach(networks, options.AllowedNetworks.Add);
        return new AddressGuard(Options.Create(options)) { Resolve = (_, _) => Task.FromResult<IPAddress[]>([.. addresses.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse)]) };
    }
}
