using Microsoft.Extensions.Hosting;

namespace EventBus.Consumers.Hosting.Reactions;

/// <summary>Work that is looked for several times a second, as long as the process lives; after trouble a little later.</summary>
public abstract class Rounds : BackgroundService
{
    static readonly TimeSpan Pulse = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan AfterTrouble = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(await WorkAsync(stoppingToken) ? Pulse : AfterTrouble, stoppingToken);
        }
    }

    /// <summary>Does all that there is to do.</summary>
    /// <returns>False where something failed; it has been logged.</returns>
    protected abstract Task<bool> WorkAsync(CancellationToken cancellationToken);
}
