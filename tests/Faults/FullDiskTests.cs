using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using EventBus.Contracts;
using EventBus.Tests.Fixtures;

namespace EventBus.Tests.Faults;

/// <summary>A disk that fills up: refused aloud, nothing accepted is lost, and it goes on by itself when there is room again.</summary>
public sealed class FullDiskTests
{
    [Fact]
    public async Task A_disk_that_fills_up_is_told_and_goes_on_by_itself_when_there_is_room()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = HostProcess.StartWithFileLimit(
            2048, "EventBus.Standalone", ["--urls", "http://127.0.0.1:0"],
            [("EventBus__Endpoints__0__Name", "sink"), ("EventBus__Endpoints__0__Url", receiver.Url.ToString()), ("EventBus__Endpoints__0__Events__0", "#")]);
        using var http = new HttpClient { BaseAddress = new Uri(await host.UrlAsync()) };
        var accepted = new List<string>();
        HttpStatusCode answer;
        while ((answer = await SendAsync(http, $"e-{accepted.Count}")) == HttpStatusCode.Accepted)
        {
            accepted.Add($"e-{accepted.Count}");
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer);
        Assert.NotEmpty(accepted);
        using (var health = await http.GetAsync(new Uri("/health/ready", UriKind.Relative)))
        {
            Assert.Contains("It takes no writes", await health.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        }

        await host.EndFileLimitAsync();
        await Eventually.TrueAsync(async () => await SendAsync(http, "after") == HttpStatusCode.Accepted, "events are accepted again");
        accepted.Add("after");
        await Eventually.TrueAsync(() => receiver.Deliveries.Any(d => IdOf(d) == "after"), "everything has been delivered");
        Assert.Equal(accepted, receiver.Deliveries.Select(IdOf).Distinct(StringComparer.Ordinal));
        using var healthy = await http.GetAsync(new Uri("/health/ready", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, healthy.StatusCode);
    }

    static async Task<HttpStatusCode> SendAsync(HttpClient http, string id)
    {
        using var content = new StringContent(
            JsonSerializer.Serialize(new { specversion = "1.0", id, source = "/shop", type = "shop.order.changed", subject = "o-1", data = new string('x', 20_000) }), Encoding.UTF8);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(EventJson.MediaType);
        using var response = await http.PostAsync(new Uri("/v1/events", UriKind.Relative), content);
        return response.StatusCode;
    }

    static string IdOf(Fixtures.Delivery delivery) => JsonElement.Parse(delivery.Body).GetProperty("id").GetString()!;
}
