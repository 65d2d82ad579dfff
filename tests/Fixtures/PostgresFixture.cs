using EventBus.TestServices;

[assembly: AssemblyFixture(typeof(EventBus.Tests.Fixtures.PostgresFixture))]

namespace EventBus.Tests.Fixtures;

/// <summary>One PostgreSQL for all tests, started by the first that asks; each test takes a database of its own.</summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    readonly Lazy<Task<PostgresServer>> _server = new(() => PostgresServer.StartAsync(CancellationToken.None));

    /// <summary>The settings that lead to a new database.</summary>
    public async Task<IReadOnlyList<KeyValuePair<string, string?>>> NewDatabaseAsync() =>
    [
        new("EventBus:Storage", "postgres"),
        new("EventBus:Postgres:ConnectionString", await (await _server.Value).CreateDatabaseAsync(CancellationToken.None)),
    ];

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated)
        {
            await (await _server.Value).DisposeAsync();
        }
    }
}
