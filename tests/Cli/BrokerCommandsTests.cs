using System.Text.Json;
using EventBus.Cli;
using EventBus.Cli.Doctor;
using EventBus.Storage;
using EventBus.Tests.Fixtures;
using EventBus.Tests.Operations;
using EventBus.TestServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Cli;

/// <summary>Queues, topology and the doctor from the command line, beside a host on the real broker and database.</summary>
public sealed class BrokerCommandsTests(RabbitMqFixture broker, PostgresFixture postgres)
{
    [Fact]
    public async Task An_operator_sees_queues_and_removes_what_nobody_declares_any_more()
    {
        await using var there = await BrokerTopology.CreateAsync(await broker.GetAsync());
        await using var host = await StartAsync(there);
        var settings = Settings(there, host.Storage);
        var queues = (await JsonAsync(settings, 0, "queues", "list", "--json")).GetProperty("queues").EnumerateArray().Select(q => q.GetProperty("queue").GetProperty("name").GetString()).ToList();
        Assert.Contains("webhooks.0", queues);
        Assert.Contains("webhooks.0", (await CommandLine.RunAsync(settings, "queues", "list")).Output, StringComparison.Ordinal);
        Assert.Contains("All is as declared", (await CommandLine.RunAsync(settings, "topology", "show")).Output, StringComparison.Ordinal);

        await there.ConsumerAsync("gone", partitions: 1);
        await there.ConsumerAsync("kept", partitions: 1);
        await there.FillAsync("kept.0");
        await Eventually.TrueAsync(async () => (await there.Client.QueuesAsync()).Any(q => q is { Name: "kept.0", Ready: 1 }), "the message is counted");
        var (code, _, error) = await CommandLine.RunAsync(settings, "topology", "prune");
        Assert.Equal(1, code);
        Assert.Contains("6 go from the broker: add --yes", error, StringComparison.Ordinal);
        var pruned = await JsonAsync(settings, 0, "topology", "prune", "--yes", "--json");
        Assert.Equal((6, 6), (pruned.GetProperty("removed").GetArrayLength(), pruned.GetProperty("kept").GetArrayLength()));
        Assert.Equal(6, (await JsonAsync(settings, 0, "topology", "prune", "--yes", "--in-use", "--json")).GetProperty("removed").GetArrayLength());
        Assert.Equal(0, (await JsonAsync(settings, 0, "topology", "show", "--json")).GetArrayLength());
        Assert.Equal(12, (await JsonAsync(settings, 0, "audit", "list", "--action", "topology.prune", "--json")).GetArrayLength());

        // One process has no broker.
        (string, string)[] alone = [.. settings, ("EventBus__Transport", "memory")];
        Assert.False((await JsonAsync(alone, 0, "queues", "list", "--json")).GetProperty("broker").GetBoolean());
        Assert.Equal(1, (await CommandLine.RunAsync(alone, "topology", "show")).Code);
        Assert.Equal(69, (await CommandLine.RunAsync([.. settings, ("EventBus__RabbitMq__ManagementUrl", "http://127.0.0.1:1")], "queues", "list")).Code);
    }

    [Fact]
    public async Task The_doctor_finds_each_trouble_and_says_what_to_do()
    {
        var node = await broker.GetAsync();
        await using var there = await BrokerTopology.CreateAsync(node);
        await using var host = await StartAsync(there);
        await using var receiver = await Receiver.StartAsync();
        var settings = Settings(there, host.Storage);
        (string, string)[] Endpoint(string url) => [.. settings, ("EventBus__Endpoints__0__Name", "sink"), ("EventBus__Endpoints__0__Url", url), ("EventBus__Endpoints__0__Events__0", "#")];

        var well = await JsonAsync(Endpoint(receiver.Url.ToString()), 0, "doctor", "--json");
        Assert.All(well.EnumerateArray(), f => Assert.Equal("well", f.GetProperty("verdict").GetString()));
        Assert.Equal(["settings", "storage", "broker", "topology", "clock", "endpoints"], well.EnumerateArray().Select(f => f.GetProperty("part").GetString()).Distinct());
        Assert.Empty(receiver.Deliveries);
        var (code, table, _) = await CommandLine.RunAsync(Endpoint(receiver.Url.ToString()), "doctor");
        Assert.Equal(0, code);
        Assert.Contains("✓ well", table, StringComparison.Ordinal);

        await FindsAsync(Endpoint($"http://127.0.0.1:{FreePort.Next()}/hook"), "endpoints", "ConnectionRefused");
        await FindsAsync(Endpoint("http://nowhere.invalid/hook"), "endpoints", "name is not known");
        await FindsAsync(Endpoint(receiver.Url.ToString().Replace("http:", "https:", StringComparison.Ordinal)), "endpoints", "TLS fails");
        await FindsAsync([.. settings, ("EventBus__Publisher__Timeout", "1.00:00:00")], "settings", "EventBus__Publisher__Timeout=");
        await FindsAsync([.. settings, ("EventBus__RabbitMq__Username", "guest"), ("EventBus__RabbitMq__Password", "wrong")], "broker", "user or password is wrong");
        await FindsAsync([.. settings, ("EventBus__RabbitMq__VirtualHost", "nowhere")], "broker", "no such virtual host");
        await FindsAsync([.. settings, ("EventBus__RabbitMq__Host", $"amqp://guest:guest@127.0.0.1:{FreePort.Next()}")], "broker", "does not answer (ConnectionRefused)");
        await FindsAsync([.. settings, ("EventBus__RabbitMq__ManagementUrl", "http://127.0.0.1:1")], "broker", "management API");
        await FindsAsync([.. settings, ("EventBus__Storage", "sqlite"), ("EventBus__DataDirectory", "/nowhere")], "storage", "There is no file");
        await FindsAsync([.. settings, ("EventBus__Postgres__ConnectionString", $"Host=127.0.0.1;Port={FreePort.Next()};Username=a;Password=b;Database=c")], "storage", "not reachable");

        await there.PutAsync("users/limited", new { password = "limited", tags = "monitoring" });
        foreach (var (permission, configure, write, read) in new[] { ("configure", "", ".*", ".*"), ("write", ".*", "", ".*"), ("read", ".*", ".*", "") })
        {
            await there.PutAsync($"permissions/{there.VirtualHost}/limited", new { configure, write, read });
            await FindsAsync([.. settings, ("EventBus__RabbitMq__Username", "limited"), ("EventBus__RabbitMq__Password", "limited")], "broker", $"lacks the permission {permission}");
        }

        await host.Bus.Services.GetRequiredService<Database>().TransactAsync(async transaction =>
            await Dapper.SqlMapper.ExecuteAsync(transaction.Connection!, "INSERT INTO consumers (name, endpoint, patterns, since, partitions) VALUES ('ghost', '', 'canvas.task.#', 0, 2)", transaction: transaction));
        await FindsAsync(settings, "topology", "queue ghost.0", "Start the consumer ghost");
        Assert.Contains("✗ wrong", (await CommandLine.RunAsync(settings, "doctor")).Output, StringComparison.Ordinal);
        await JsonAsync(settings, 1, "doctor", "--json");
    }

    static async Task FindsAsync((string, string)[] settings, string part, params string[] words)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            settings.GroupBy(s => s.Item1.Replace("__", ":", StringComparison.Ordinal), StringComparer.Ordinal).Select(s => new KeyValuePair<string, string?>(s.Key, s.Last().Item2))).Build();
        var found = await DoctorCommand.ExamineAsync(configuration, TestContext.Current.CancellationToken);
        Assert.True(
            found.Any(f => f.Verdict == Verdict.Wrong && f.Part == part && Array.TrueForAll(words, text => $"{f.What} {f.Advice}".Contains(text, StringComparison.Ordinal))),
            $"{string.Join(", ", words)} is not among: {string.Join('\n', found)}");
    }

    async Task<RunningBus> StartAsync(BrokerTopology there)
    {
        var storage = await postgres.NewDatabaseAsync();
        var bus = await BusHost.StartAsync([.. there.Settings, .. storage], b => b.WithConsumers().WithWorkflows().WithArchive());
        await Eventually.TrueAsync(
            async () => await new EventBus.Operations.Broker.TopologyDesk(there.Client, bus.Services.GetRequiredService<Database>(), TimeProvider.System).LookAsync() is { Count: 0 }
                && (await there.Client.QueuesAsync()) is { Count: > 20 } queues && queues.All(q => q.Trouble is null),
            "all is as declared, and every queue is read");
        return new RunningBus(bus, storage);
    }

    static (string, string)[] Settings(BrokerTopology there, IReadOnlyList<KeyValuePair<string, string?>> storage) =>
        [.. there.Settings.Concat(storage).Select(s => (s.Key.Replace(":", "__", StringComparison.Ordinal), s.Value!))];

    static async Task<JsonElement> JsonAsync((string, string)[] settings, int expected, params string[] arguments)
    {
        var (code, output, error) = await CommandLine.RunAsync(settings, arguments);
        Assert.True(code == expected, $"{string.Join(' ', arguments)} ended with {code}: {error}{output}");
        return JsonElement.Parse(output);
    }

    sealed record RunningBus(BusHost Bus, IReadOnlyList<KeyValuePair<string, string?>> Storage) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Bus.DisposeAsync();
    }
}
