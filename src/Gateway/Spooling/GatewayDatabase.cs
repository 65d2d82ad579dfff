using EventBus.Storage;

namespace EventBus.Gateway.Spooling;

/// <summary>What this gateway keeps for itself (<c>spool.db</c>): the spool, and how far its sequence is reserved. Always a file of its own.</summary>
sealed class GatewayDatabase(Database database) : IAsyncDisposable
{
    public Database Database => database;

    public ValueTask DisposeAsync() => database.DisposeAsync();
}
