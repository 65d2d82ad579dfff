using EventBus.TestServices;
using Npgsql;

namespace EventBus.Tests.Services;

public sealed class PostgresServerTests
{
    [Fact]
    public async Task It_answers_queries_and_keeps_what_was_committed_when_it_ends_at_once()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var server = await PostgresServer.StartAsync(cancellation);
        var database = await server.CreateDatabaseAsync(cancellation);
        await RunAsync(database, "CREATE TABLE kept (value int); INSERT INTO kept VALUES (42)", cancellation);

        await server.RestartAsync(cancellation);

        Assert.Equal(42, await RunAsync(database, "SELECT value FROM kept", cancellation));
    }

    [Fact]
    public async Task Nobody_gets_in_without_the_password()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var server = await PostgresServer.StartAsync(cancellation);
        var guess = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Password = "eventbus" }.ConnectionString;

        await Assert.ThrowsAsync<PostgresException>(() => RunAsync(guess, "SELECT 1", cancellation));
    }

    static async Task<object?> RunAsync(string connectionString, string sql, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection($"{connectionString};Pooling=false");
        await connection.OpenAsync(cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellation);
    }
}
