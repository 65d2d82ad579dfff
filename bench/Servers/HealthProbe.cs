using System.Net;

namespace EventBus.Bench.Servers;

/// <summary>Asks a host whether it is ready.</summary>
static class HealthProbe
{
    /// <summary>False also where nobody listens yet.</summary>
    public static async Task<bool> IsReadyAsync(HttpClient host, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await host.GetAsync(new Uri("health/ready", UriKind.Relative), cancellationToken);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
