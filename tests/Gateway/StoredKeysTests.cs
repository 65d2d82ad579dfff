using EventBus.Gateway.Keys;
using EventBus.Operations.Access;
using EventBus.Tests.Fixtures;
using EventBus.Tests.Operations;

namespace EventBus.Tests.Gateway;

/// <summary>What a gateway knows of keys in the storage, in both homes.</summary>
public sealed class StoredKeysTests(PostgresFixture postgres)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_key_counts_with_its_sources_and_tenant_both_for_a_while_after_it_was_rotated_and_neither_once_it_is_revoked(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        var time = new ShiftedClock();
        var (keys, stored) = (new PublisherKeys(data.Database, time), new StoredKeys(data.Database, time));
        await stored.ReadAsync(Token);
        Assert.True(stored.AreNone);
        var first = await keys.CreateAsync(Actor.CommandLine, "shop", ["/shop", "canvas"], "north", null);
        await keys.CreateAsync(Actor.CommandLine, "vet", ["smartflowsheet"], null, "the clinic's own key");
        await stored.ReadAsync(Token);
        Assert.False(stored.AreNone);
        var caller = stored.Find(ApiKey.Hash(first))!;
        Assert.Equal(("shop", "north", true, false), (caller.Name, caller.Tenant, caller.MaySendFor("/shop/north"), caller.MaySendFor("careportals")));
        Assert.Equal("vet", stored.Find(ApiKey.Hash("the clinic's own key"))!.Name);
        Assert.Null(stored.Find(ApiKey.Hash("another")));

        var second = await keys.RotateAsync(Actor.CommandLine, "shop", TimeSpan.FromHours(1));
        await stored.ReadAsync(Token);
        Assert.NotNull(stored.Find(ApiKey.Hash(first)));
        Assert.NotNull(stored.Find(ApiKey.Hash(second)));
        time.Shift += TimeSpan.FromHours(1);
        Assert.Null(stored.Find(ApiKey.Hash(first)));
        Assert.NotNull(stored.Find(ApiKey.Hash(second)));

        await keys.RevokeAsync(Actor.CommandLine, "shop", "a test");
        await stored.ReadAsync(Token);
        Assert.Null(stored.Find(ApiKey.Hash(second)));
        Assert.False(stored.AreNone);
        Assert.DoesNotContain(second, await data.ReadAsync<string>("SELECT hash FROM keys WHERE name = 'shop'"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task When_a_key_was_used_is_written_once_a_minute(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        var time = new ShiftedClock();
        var (keys, stored) = (new PublisherKeys(data.Database, time), new StoredKeys(data.Database, time));
        var key = ApiKey.Hash(await keys.CreateAsync(Actor.CommandLine, "shop", ["canvas"], null, null));
        async Task<long?> UseAsync()
        {
            Assert.NotNull(stored.Find(key));
            await stored.WriteUsesAsync(Token);
            return (await keys.ListAsync(Token))[0].UsedAt;
        }

        await stored.ReadAsync(Token);
        await stored.WriteUsesAsync(Token);
        Assert.Null((await keys.ListAsync(Token))[0].UsedAt);
        var first = await UseAsync();
        Assert.NotNull(first);
        Assert.Equal(first, await UseAsync());
        time.Shift += TimeSpan.FromMinutes(2);
        Assert.True(await UseAsync() > first);
    }
}
