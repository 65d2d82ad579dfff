using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace EventBus.OperatorConsole.Access;

/// <summary>How often an address may try to sign in. Accounts have a lock of their own; this is for who tries many.</summary>
static class SignInLimit
{
    /// <summary>The name of the policy.</summary>
    public const string Policy = "sign-in";

    static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>Adds it to the framework's rate limiter.</summary>
    public static void AddSignInLimit(this IServiceCollection services, ConsoleOptions options) => services.AddRateLimiter(limiter =>
    {
        limiter.AddPolicy(Policy, context => RateLimitPartition.GetSlidingWindowLimiter(
            AddressOf(context, options.BehindTls), _ => new SlidingWindowRateLimiterOptions { PermitLimit = options.SignInsPerMinute, Window = Window, SegmentsPerWindow = 6, QueueLimit = 0 }));
        limiter.OnRejected = async (context, _) =>
        {
            context.HttpContext.Response.Headers.RetryAfter = Window.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
            await Gate.RefuseAsync(
                context.HttpContext, StatusCodes.Status429TooManyRequests, "Too many tries",
                "From your address somebody has tried to sign in too often within a minute. Wait a minute and try again. If you have forgotten your password, whoever runs the bus gives you another one: eventbus users password.");
        };
    });

    /// <summary>The address that a request comes from: as the proxy says that stands in front, else the connection's. Of IPv6 the network, since one has all addresses of it.</summary>
    internal static string AddressOf(HttpContext context, bool behindProxy)
    {
        // Only the last one is the proxy's own word.
        var address = behindProxy && context.Request.Headers["X-Forwarded-For"].ToString().Split(',')[^1].Trim() is { Length: > 0 } forwarded && IPAddress.TryParse(forwarded, out var told)
            ? told : context.Connection.RemoteIpAddress ?? IPAddress.None;
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)) : address.ToString();
    }
}
