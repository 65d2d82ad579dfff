using System.Globalization;
using System.Text.Json;
using EventBus.Bench.Load;
using EventBus.Bench.Measuring;
using EventBus.Bench.Servers;

namespace EventBus.Bench.Scenarios;

/// <summary>A process that publishes by itself, and the queues that it publishes into.</summary>
sealed class PublishSide : ISide
{
    readonly Child _publisher;
    readonly BenchQueues _queues;

    PublishSide(Child publisher, BenchQueues queues)
    {
        _publisher = publisher;
        _queues = queues;
    }

    public IReadOnlyList<Child> Measured => [_publisher];

    public static async Task<ISide> StartAsync(Bed bed, Contender who, CancellationToken cancellationToken)
    {
        var settings = await bed.CreateSettingsAsync(cancellationToken);
        var queues = await BenchQueues.ConnectAsync(settings.Broker);
        await queues.DeclareCopiesAsync();
        return new PublishSide(
            await (who == Contender.Ours
                ? bed.StartAsync(Roles.Publisher, settings.ToOurs(), cancellationToken)
                : bed.StartAsync(Roles.PublisherTwin, settings.ToTwin(), cancellationToken)),
            queues);
    }

    public async Task<Outcome> RunAsync(TimeSpan duration, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize<Outcome>(await _publisher.AskAsync(duration.TotalSeconds.ToString(CultureInfo.InvariantCulture), cancellationToken))!;

    public async Task<Outcome> SettleAsync(Outcome outcome, CancellationToken cancellationToken) => outcome with { Lost = await _queues.MissingAsync(outcome.Events) };

    public async ValueTask DisposeAsync()
    {
        await _publisher.DisposeAsync();
        await _queues.DisposeAsync();
    }
}
