using System.Diagnostics;
using System.Text.Json;
using EventBus.Bench.Load;
using EventBus.Bench.Measuring;

namespace EventBus.Bench.Scenarios;

/// <summary>What has come to a process that counts.</summary>
static class Arrivals
{
    /// <summary>What has come for so long that nothing came comes no more.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>How often is looked.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    public static async Task<Arrived> ReadAsync(Child counter, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize<Arrived>(await counter.AskAsync("arrived", cancellationToken))!;

    /// <summary>Waits until so many events have come in all, or no more come.</summary>
    public static async Task UntilAsync(Child counter, long events, CancellationToken cancellationToken, TimeSpan? patience = null)
    {
        var changed = Stopwatch.GetTimestamp();
        var seen = 0L;
        while (await ReadAsync(counter, cancellationToken) is var now && now.Events < events && Stopwatch.GetElapsedTime(changed) < (patience ?? Patience))
        {
            changed = now.Events > seen ? Stopwatch.GetTimestamp() : changed;
            seen = now.Events;
            await Task.Delay(Look, cancellationToken);
        }
    }
}
