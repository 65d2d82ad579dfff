using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using EventBus.Delivery;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace EventBus.Cli.Doctor;

/// <summary>Whether endpoints can be connected to from here. Nothing is sent.</summary>
static class EndpointCheck
{
    const string Part = "endpoints";

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    static readonly TimeSpan Soon = TimeSpan.FromDays(14);

    public static async Task RunAsync(IConfiguration configuration, TimeProvider time, Findings findings, CancellationToken cancellationToken)
    {
        WebhookEndpoints endpoints;
        try
        {
            endpoints = new WebhookEndpoints(configuration);
        }
        catch (OptionsValidationException)
        {
            // The check of the settings has said so.
            return;
        }

        if (endpoints.All.Count == 0)
        {
            findings.Look(Part, "The settings here name none", "Give the same EventBus__Endpoints__… as the consumers have, to have them checked.");
        }

        foreach (var endpoint in endpoints.All)
        {
            await CheckAsync(endpoint, time, findings, cancellationToken);
        }
    }

    static async Task CheckAsync(WebhookEndpoint endpoint, TimeProvider time, Findings findings, CancellationToken cancellationToken)
    {
        var (url, name) = (endpoint.Url, $"{endpoint.Name} ({endpoint.Url.Authority})");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(url.DnsSafeHost, limit.Token);
            using var tcp = new TcpClient();
            await tcp.ConnectAsync(addresses, url.Port, limit.Token);
            if (url.Scheme == Uri.UriSchemeHttps)
            {
                await using var tls = new SslStream(tcp.GetStream());
                await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = url.IdnHost }, limit.Token);
                if (tls.RemoteCertificate is { } certificate && DateTimeOffset.TryParse(certificate.GetExpirationDateString(), out var end) && end - time.GetUtcNow() < Soon)
                {
                    findings.Look(Part, $"{name}: its certificate ends {end:yyyy-MM-dd}", "Tell who runs it.");
                    return;
                }
            }

            findings.Well(Part, $"{name} can be connected to");
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain)
        {
            findings.Wrong(Part, $"{name}: the name is not known", "Check its Url, and the DNS of this machine.");
        }
        catch (SocketException e)
        {
            findings.Wrong(Part, $"{name} does not answer ({e.SocketErrorCode})", "Ask who runs it, and see whether a firewall lets this machine out.");
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            findings.Wrong(Part, $"{name}: TLS fails; its certificate is not accepted, or it speaks none there", "See whether the certificate is for this name and still good, and whether this machine trusts who issued it.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            findings.Wrong(Part, $"{name} does not answer within {Limit.TotalSeconds} s", "Ask who runs it, and see whether a firewall lets this machine out.");
        }
    }
}
