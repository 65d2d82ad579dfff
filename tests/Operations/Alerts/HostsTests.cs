using EventBus.Operations;
using EventBus.Operations.Alerts;
using EventBus.Storage;
using EventBus.Tests.Fixtures;
using Microsoft.Extensions.Configuration;

namespace EventBus.Tests.Operations.Alerts;

/// <summary>Processes of their own on the real broker and PostgreSQL: who is there, and who is missed.</summary>
public sealed class HostsTests(RabbitMqFixture broker, PostgresFixture postgres)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_gateway_that_is_killed_is_missed_until_it_is_back_and_one_that_stops_is_not()
    {
        var node = await broker.GetAsync();
        var vhost = await node.CreateVirtualHostAsync(Token);
        var storage = await postgres.NewDatabaseAsync();
        (string, string)[] settings =
        [
            ("EventBus__RabbitMq__Host", $"{node.AmqpUri}/{vhost}"), ("EventBus__Health__Url", "http://127.0.0.1:0"),
            .. storage.Select(s => (s.Key.Replace(":", "__", StringComparison.Ordinal), s.Value!)),
        ];
        await using var database = StorageExtensions.Create(new ConfigurationBuilder().AddInMemoryCollection(storage).Build(), owned: false);
        await database.OpenAsync(Token);
        var (desk, hosts) = (new AlertDesk(database, TimeProvider.System), new KnownHosts(database, TimeProvider.System));
        var name = $"Gateway@{Environment.MachineName}";
        HostProcess Gateway(params (string, string)[] more) => HostProcess.Start("EventBus.Gateway", ["--urls", "http://127.0.0.1:0"], [.. settings, .. more]);
        await using var archive = HostProcess.Start("EventBus.Consumers.Archive", [], settings);
        await using (var gateway = Gateway())
        await using (var other = Gateway(("EventBus__Host__Name", "the-other-gateway")))
        {
            await Eventually.TrueAsync(
                async () => (await hosts.ListAsync(Token)) is [var a, var g, var o] && (a.Service, g.Name, g.SpoolWaiting, o.Name) == ("Archive", name, 0, "the-other-gateway")
                    && new[] { a, g, o }.All(h => h is { IsPresent: true, NeedsBroker: true, BrokerAwaySince: null }),
                "all are there, and reach the broker");
            await gateway.KillAsync();
            Assert.Equal(0, await other.StopAsync());
        }

        Assert.DoesNotContain(await hosts.ListAsync(Token), h => h.Name == "the-other-gateway");
        await Eventually.TrueAsync(async () => (await desk.OpenAsync(Token)).Any(a => a.Cause == $"host/{name}"), "the gateway is missed");
        Assert.Equal(AlertSeverity.Critical, (await desk.OpenAsync(Token)).Single(a => a.Kind == "host").Severity);
        await using var again = Gateway();
        await Eventually.TrueAsync(async () => (await desk.ResolvedAsync(null, 10, Token)).Any(a => a.Cause == $"host/{name}"), "it is back");
        Assert.DoesNotContain([.. await desk.OpenAsync(Token), .. await desk.ResolvedAsync(null, 100, Token)], a => a.Cause == "host/the-other-gateway");
    }
}
