using System.Diagnostics;
using Dapper;
using EventBus.Storage;

namespace EventBus.Delivery.Lanes;

/// <summary>
/// The right to work on a lane, held by one process at a time. It runs out by the database's clock unless it is renewed, and the holder stops by its own stopwatch
/// before that, so that clocks need not agree.
/// </summary>
sealed class LaneLease(Database database, string lane, string owner)
{
    /// <summary>How long a lease lasts without being renewed.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    /// <summary>The holder stops so long before the lease runs out.</summary>
    static readonly TimeSpan Margin = TimeSpan.FromSeconds(3);

    long _renewed;

    /// <summary>The holder's number; it rises with each holder.</summary>
    public long Epoch { get; private set; }

    /// <summary>The last position that was given in the lane when the lease was taken.</summary>
    public long Position { get; private set; }

    /// <summary>Whether the lease is held, with time to spare.</summary>
    public bool IsHeld => Epoch > 0 && Stopwatch.GetElapsedTime(_renewed) < Duration - Margin;

    /// <summary>Takes the lease if nobody holds it.</summary>
    /// <param name="ask">Whether to ask the holder for it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<bool> TryTakeAsync(bool ask, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var taken = await database.TransactAsync(
            async transaction =>
            {
                var connection = transaction.Connection!;
                var row = await connection.QuerySingleOrDefaultAsync<Taken?>(
                    $"""
                     UPDATE lanes SET owner = @owner, epoch = epoch + 1, expires_at = {database.Now} + @ms, wanted_by = NULL
                     WHERE name = @lane AND (owner IS NULL OR expires_at < {database.Now}) RETURNING epoch AS Epoch, position AS Position
                     """,
                    new { lane, owner, ms = (long)Duration.TotalMilliseconds }, transaction);
                if (row is null)
                {
                    await connection.ExecuteAsync("INSERT INTO lanes (name) VALUES (@lane) ON CONFLICT (name) DO NOTHING", new { lane }, transaction);
                    if (ask)
                    {
                        await connection.ExecuteAsync("UPDATE lanes SET wanted_by = @owner WHERE name = @lane AND owner <> @owner", new { lane, owner }, transaction);
                    }
                }

                return row;
            },
            cancellationToken);
        if (taken is null)
        {
            return false;
        }

        (Epoch, Position, _renewed) = (taken.Epoch, taken.Position, start);
        return true;
    }

    /// <summary>Prolongs the lease.</summary>
    /// <returns>Whether it is still held, and whether another process asks for it.</returns>
    public async Task<(bool Held, bool Wanted)> RenewAsync(CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var row = await database.TransactAsync(
            async transaction => await transaction.Connection!.QuerySingleOrDefaultAsync<Renewal?>(
                $"UPDATE lanes SET expires_at = {database.Now} + @ms WHERE name = @lane AND owner = @owner AND epoch = @Epoch RETURNING coalesce(wanted_by, '') AS WantedBy",
                new { lane, owner, Epoch, ms = (long)Duration.TotalMilliseconds }, transaction),
            cancellationToken);
        if (row is null)
        {
            Epoch = 0;
            return (false, false);
        }

        _renewed = start;
        return (true, row.WantedBy.Length > 0 && row.WantedBy != owner);
    }

    /// <summary>Gives the lease back.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        var epoch = Epoch;
        Epoch = 0;
        await database.TransactAsync(
            async transaction =>
            {
                await transaction.Connection!.ExecuteAsync(
                    """
                    UPDATE deliveries SET starts = starts - 1, start_epoch = 0 WHERE lane = @lane AND state = 0 AND start_epoch = @epoch AND starts > 0
                    """,
                    new { lane, epoch }, transaction);
                await transaction.Connection!.ExecuteAsync(
                    "UPDATE lanes SET owner = NULL, expires_at = 0, wanted_by = NULL WHERE name = @lane AND owner = @owner AND epoch = @epoch", new { lane, owner, epoch }, transaction);
            },
            cancellationToken);
    }

    /// <summary>In one process: what an earlier one held is free, since it has ended.</summary>
    public static Task FreeAllAsync(Database database) =>
        database.TransactAsync(async t => await t.Connection!.ExecuteAsync("UPDATE lanes SET owner = NULL, expires_at = 0, wanted_by = NULL", transaction: t));

    sealed class Taken
    {
        public long Epoch { get; init; }

        public long Position { get; init; }
    }

    sealed class Renewal
    {
        public string WantedBy { get; init; } = "";
    }
}

/// <summary>Another process works on the lane now.</summary>
sealed class LaneLostException() : Exception("Another process works on the lane.");
