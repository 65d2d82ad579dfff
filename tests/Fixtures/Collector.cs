using System.Collections.Concurrent;
using EventBus.Consumers.Hosting;
using EventBus.Contracts;
using MassTransit;

namespace EventBus.Tests.Fixtures;

/// <summary>What a test's consumer received.</summary>
sealed class Collector
{
    public ConcurrentQueue<CloudEvent> Events { get; } = new();

    /// <summary>Waits until so many have come.</summary>
    public async Task<IReadOnlyList<CloudEvent>> UntilAsync(int count)
    {
        await Eventually.TrueAsync(() => Events.Count >= count, $"{count} events have come");
        return [.. Events];
    }
}

/// <summary>Takes every event.</summary>
[RespondsTo("#")]
sealed class CollectingConsumer(Collector collector) : IConsumer<CloudEvent>
{
    public Task Consume(ConsumeContext<CloudEvent> context)
    {
        collector.Events.Enqueue(context.Message);
        return Task.CompletedTask;
    }
}
