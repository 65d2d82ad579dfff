using System.Net;
using EventBus.OperatorConsole;
using EventBus.OperatorConsole.Access;
using EventBus.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.OperatorConsole;

/// <summary>Who tries many passwords is stopped by address, beside the lock that each account has.</summary>
public sealed class SignInLimitTests
{
    [Fact]
    public async Task An_address_that_tries_too_often_is_told_to_wait_and_pages_stay()
    {
        await using var host = await BusHost.StartInMemoryAsync(b => b.WithConsole().With("EventBus:Console:SignInsPerMinute", "3"));
        var url = host.Services.GetRequiredService<ConsoleListener>().Address!;
        using var client = ConsoleClient.Nobody(url);
        await client.TokenAsync("/sign-in");
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.SeeOther, await client.PostAsync("/sign-in", ("name", $"user-{i}"), ("password", "a guess of mine")));
        }

        using var refused = await client.FormAsync("/sign-in", ("name", "another"), ("password", "a guess of mine"));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromMinutes(1), refused.Headers.RetryAfter!.Delta);
        Assert.Contains("frame-ancestors", refused.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("Wait a minute and try again.", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.TooManyRequests, await client.PostAsync("/welcome", ("token", "t"), ("name", "n"), ("password", "a long password")));
        Assert.Contains("Sign in", await client.GetAsync("/sign-in"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("203.0.113.7", null, false, "203.0.113.7")]
    [InlineData("203.0.113.7", "198.51.100.1", false, "203.0.113.7")]
    [InlineData("127.0.0.1", "192.0.2.1, 198.51.100.1", true, "198.51.100.1")]
    [InlineData("127.0.0.1", "nonsense", true, "127.0.0.1")]
    [InlineData("::ffff:203.0.113.7", null, false, "203.0.113.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", null, false, "20010DB800010002")]
    public void An_address_is_the_proxys_word_or_the_connections_and_an_ipv6_network_counts_as_one(string remote, string? forwarded, bool behindProxy, string expected)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(remote);
        context.Request.Headers["X-Forwarded-For"] = forwarded;
        Assert.Equal(expected, SignInLimit.AddressOf(context, behindProxy));
    }
}
