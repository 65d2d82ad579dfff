using Dapper;
using EventBus.Contracts;
using EventBus.Gateway.Keys;
using EventBus.Gateway.Spooling;
using EventBus.Storage;
using Microsoft.Extensions.Options;

namespace EventBus.Gateway.Accepting;

/// <summary>
/// Gives each accepted event its number, which rises over restarts as well: numbers are reserved in blocks, so that the disk is written once in a block, and
/// what was left of a block when the process ended is never given.
/// </summary>
sealed class AcceptanceSequence(GatewayDatabase database, IOptions<GatewayOptions> options, TimeProvider time)
{
    const int Block = 10_000;

    readonly string _gateway = options.Value.Name;
    readonly Lock _lock = new();
    long _next;
    long _end;
    Task? _reserving;

    /// <summary>What is noted on the next event.</summary>
    /// <exception cref="StorageException">No numbers could be reserved.</exception>
    public async ValueTask<Acceptance> NextAsync(Caller publisher)
    {
        while (true)
        {
            Task reserving;
            lock (_lock)
            {
                if (_next < _end)
                {
                    return new Acceptance(time.GetUtcNow(), _gateway, ++_next, publisher.Name);
                }

                // Elsewhere than under the lock: a reservation ends by taking it.
                reserving = _reserving ??= Task.Run(ReserveAsync);
            }

            await reserving;
        }
    }

    async Task ReserveAsync()
    {
        try
        {
            var last = await database.Database.TransactAsync(transaction => transaction.Connection!.QuerySingleAsync<long>(
                """
                INSERT INTO gateway (name, last_sequence) VALUES (@gateway, @Block)
                ON CONFLICT (name) DO UPDATE SET last_sequence = gateway.last_sequence + @Block RETURNING last_sequence
                """,
                new { gateway = _gateway, Block },
                transaction));
            lock (_lock)
            {
                (_next, _end, _reserving) = (last - Block, last, null);
            }
        }
        catch
        {
            lock (_lock)
            {
                _reserving = null;
            }

            throw;
        }
    }
}
