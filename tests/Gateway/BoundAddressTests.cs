using System.Net;
using EventBus.Operations.Access;
using EventBus.Tests.Fixtures;
using Microsoft.Extensions.Options;

namespace EventBus.Tests.Gateway;

/// <summary>A gateway that others can reach asks for keys; there is no setting that opens it to everybody.</summary>
public sealed class BoundAddressTests
{
    [Theory]
    [InlineData("urls", "http://0.0.0.0:0")]
    [InlineData("urls", "http://*:0")]
    [InlineData("urls", "http://+:0")]
    [InlineData("urls", "http://[::]:0")]
    [InlineData("urls", "http://127.0.0.1:0;http://0.0.0.0:0")]
    [InlineData("urls", "http://gateway.example.org:0")]
    [InlineData("Kestrel:Endpoints:Public:Url", "http://0.0.0.0:0")]
    public async Task Without_keys_it_does_not_listen_there(string key, string value)
    {
        var log = new LogCollector();

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(
            () => BusHost.StartInMemoryAsync(b => b.With(key, value).WithService<Microsoft.Extensions.Logging.ILoggerProvider>(log)));

        Assert.Contains("EventBus:Keys", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(log.Lines, l => l.Contains("Now listening", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_a_key_it_does_and_asks_for_it()
    {
        await using var host = await BusHost.StartInMemoryAsync(b => b
            .With("urls", "http://127.0.0.1:0;http://0.0.0.0:0")
            .With("EventBus:Keys:0:Name", "k").With("EventBus:Keys:0:Hash", ApiKey.Hash("the-key")).With("EventBus:Keys:0:Sources:0", "canvas"));

        using var without = await host.PostAsync("/v1/canvas", """{"type":"TASK_CREATED"}""");
        using var with = await host.PostAsync("/v1/canvas", """{"type":"TASK_CREATED"}""", "application/json", ("Authorization", "Bearer the-key"));

        Assert.Equal(HttpStatusCode.Unauthorized, without.StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, with.StatusCode);
        Assert.DoesNotContain(host.Log.Lines, l => l.Contains("No keys are configured", StringComparison.Ordinal));
    }
}
