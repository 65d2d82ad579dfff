using System.Net;
using System.Text.Json;

namespace EventBus.Tests.Gateway;

/// <summary>What the gateway tells about itself.</summary>
public sealed class HealthAndDocsTests(SharedGateway gateway) : IClassFixture<SharedGateway>
{
    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task It_is_healthy_and_says_no_more_than_that(string path)
    {
        using var response = await gateway.Host.Http.GetAsync(new Uri(path, UriKind.Relative));
        var health = JsonElement.Parse(await response.Content.ReadAsStringAsync());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("Healthy", health.GetProperty("status").GetString());
        Assert.DoesNotContain("://", health.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(path == "/health/ready", health.GetProperty("checks").EnumerateArray().Any(c => c.GetProperty("name").GetString() == "masstransit-bus"));
    }

    [Fact]
    public async Task The_OpenAPI_document_has_every_route_with_what_it_takes()
    {
        var document = JsonElement.Parse(await gateway.Host.Http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)));
        var paths = document.GetProperty("paths");

        Assert.StartsWith("3.", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        Assert.Equal(["application/json"], MediaTypes("/v1/canvas"));
        Assert.Equal(["application/json"], MediaTypes("/v1/careportals/{event}"));
        Assert.Equal(["application/json"], MediaTypes("/v1/smartflowsheet"));
        Assert.Equal(["application/cloudevents+json", "application/cloudevents-batch+json", "application/json"], MediaTypes("/v1/events"));
        Assert.True(paths.GetProperty("/v1/catalog").TryGetProperty("get", out _));
        Assert.True(paths.GetProperty("/v1/catalog/{type}").TryGetProperty("get", out _));
        Assert.All((string[])["202", "400", "401", "403", "413", "415", "429", "503"], status => Assert.True(
            paths.GetProperty("/v1/events").GetProperty("post").GetProperty("responses").TryGetProperty(status, out _), status));

        IEnumerable<string> MediaTypes(string path) =>
            paths.GetProperty(path).GetProperty("post").GetProperty("requestBody").GetProperty("content").EnumerateObject().Select(m => m.Name).Order(StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/nothing/here", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/catalog/no.such.type", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/events", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "/v1/careportals", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/v1/catalog", HttpStatusCode.MethodNotAllowed)]
    public async Task What_is_not_there_is_a_problem_document_too(string method, string path, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await gateway.Host.Http.SendAsync(request);
        var problem = JsonElement.Parse(await response.Content.ReadAsStringAsync());

        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.NotEqual("", problem.GetProperty("title").GetString());
        Assert.NotEqual("", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task On_Smart_Flow_Sheets_route_it_is_a_message()
    {
        using var response = await gateway.Host.Http.GetAsync(new Uri("/v1/smartflowsheet", UriKind.Relative));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["Message"], JsonElement.Parse(await response.Content.ReadAsStringAsync()).EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public async Task The_server_does_not_say_what_it_is()
    {
        using var response = await gateway.Host.Http.GetAsync(new Uri("/health/live", UriKind.Relative));

        Assert.False(response.Headers.Contains("Server"));
        Assert.False(response.Headers.Contains("X-Powered-By"));
    }
}
