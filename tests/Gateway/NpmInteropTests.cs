using System.Diagnostics;
using System.Text.Json;
using EventBus.Contracts;
using EventBus.Tests.Contracts;
using EventBus.Tests.Fixtures;

namespace EventBus.Tests.Gateway;

/// <summary>Other people's implementations on the other side.</summary>
public sealed class NpmInteropTests
{
    [Fact]
    public async Task The_CloudEvents_SDK_sends_all_three_modes()
    {
        var collector = new Collector();
        await using var host = await BusHost.StartInMemoryAsync(b => b.WithService(collector).WithConsumer<CollectingConsumer>());
        Assert.Equal("202\n202\n202\n", await NodeAsync("send-cloudevents.mjs", "", host.Http.BaseAddress!.GetLeftPart(UriPartial.Authority)));
        var events = await collector.UntilAsync(4);
        Assert.Equal(["batch-0", "batch-1", "binary", "structured"], events.Select(e => e.Id).Order());
        Assert.All(events, e =>
        {
            Assert.IsType<OrderEvent>(e);
            Assert.Equal("patient 1%", e.Subject);
            Assert.Equal("2026-01-31T09:30:00.123Z", e.Time);
            Assert.Equal("kept", e.Extensions["myext"].GetString());
            Assert.Equal("""{"total":9.5,"note":"naïve"}""", e.Data!.Value.GetRawText());
        });
    }

    [Fact]
    public async Task The_Standard_Webhooks_library_verifies_a_delivery()
    {
        const string secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3";
        await using var receiver = await Receiver.StartAsync();
        await using var host = await BusHost.StartInMemoryAsync(b => b
            .WithConsumers()
            .WithEndpoint(0, "signed", receiver.Url, ("Events:0", "#"), ("Secret", secret)));
        using var response = await host.PostAsync("/v1/canvas", """{"type":"TASK_CREATED","target":"Ä"}""");
        var delivery = Assert.Single(await receiver.UntilAsync(1));

        Assert.Equal("valid", await VerifyAsync(secret, delivery));
        Assert.Equal("invalid", await VerifyAsync(secret, delivery, " "));
    }

    /// <summary>What the library says of a delivery: valid or invalid.</summary>
    internal static async Task<string> VerifyAsync(string secret, Fixtures.Delivery delivery, string suffix = "") => (await NodeAsync("verify-delivery.mjs", JsonSerializer.Serialize(new
    {
        secret,
        body = delivery.Text + suffix,
        headers = delivery.Headers.Where(h => h.Key.StartsWith("webhook-", StringComparison.OrdinalIgnoreCase)).ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value),
    }))).Trim();

    static async Task<string> NodeAsync(string script, string input, params string[] arguments)
    {
        var folder = Path.Combine(Repository.Root, "tests", "npm");
        Assert.True(Directory.Exists(Path.Combine(folder, "node_modules")), "The npm packages that this test talks to are not installed: run ./test.sh once.");
        var start = new ProcessStartInfo("node", [Path.Combine(folder, script), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var node = Process.Start(start)!;
        await node.StandardInput.WriteAsync(input);
        node.StandardInput.Close();
        var output = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.Equal(0, node.ExitCode);
        return output;
    }
}
