using System.Text.Json;
using EventBus.Tests.Fixtures;

namespace EventBus.Tests.Cli;

/// <summary>Endpoints that the command line adds beside a running host.</summary>
public sealed class AddedEndpointsCommandTests
{
    [Fact]
    public async Task An_endpoint_is_added_changed_rotated_and_removed()
    {
        using var data = new TempDirectory();
        await using var sink = await Receiver.StartAsync();
        (string, string)[] settings = [("EventBus__DataDirectory", data.FullName), ("EventBus__Delivery__AllowedNetworks__0", "127.0.0.0/8")];
        await using var host = await BusHost.StartInMemoryAsync(b => b.With("EventBus:DataDirectory", data.FullName).With("EventBus:Delivery:AllowedNetworks:0", "127.0.0.0/8").WithConsumers());
        Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) => CommandLine.RunAsync(settings, ["endpoints", .. arguments]);

        var refused = await CommandLine.RunAsync([settings[0]], "endpoints", "add", "sink", "--url", sink.Url.ToString(), "--events", "#");
        Assert.Equal(1, refused.Code);
        Assert.Contains("AllowedNetworks", refused.Error, StringComparison.Ordinal);
        var (code, output, error) = await RunAsync("add", "sink", "--url", sink.Url.ToString(), "--events", "*.task.#", "--set", "Format=native", "--set", "Tenant=none", "--json");
        Assert.True(code == 0, error);
        Assert.StartsWith("whsec_", JsonElement.Parse(output).GetProperty("secret").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("edit", "sink", "--events", "*.task.#", "--events", "*.order.#", "--unset", "Tenant")).Code);
        Assert.Contains("shown this once: whsec_", (await RunAsync("rotate", "sink", "--overlap", "00:10:00")).Output, StringComparison.Ordinal);

        await Eventually.TrueAsync(
            async () =>
            {
                using var response = await host.PostAsync("/v1/canvas", """{"type":"TASK_CREATED","target":"t"}""");
                return !sink.Deliveries.IsEmpty;
            },
            "it is delivered to");
        Assert.Contains("sink", (await RunAsync("list")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("test", "sink")).Code);
        Assert.Equal(0, (await RunAsync("remove", "sink", "--yes", "--reason", "a test")).Code);
        Assert.Equal(1, (await RunAsync("remove", "sink", "--yes")).Code);

        // A host that has just seen the change before the removal may note the endpoint once more, and forgets it when it sees the removal.
        await Eventually.TrueAsync(async () => !(await RunAsync("list")).Output.Contains("sink", StringComparison.Ordinal), "it is gone from the list");
        var entries = JsonElement.Parse((await CommandLine.RunAsync(settings, "audit", "list", "--action", "endpoints", "--json")).Output).EnumerateArray().Select(e => e.GetProperty("action").GetString());
        Assert.Equal(["endpoints.remove", "endpoints.rotate", "endpoints.edit", "endpoints.add"], entries);
    }
}
