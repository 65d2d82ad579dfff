using System.Collections.Concurrent;
using EventBus.Contracts;
using MassTransit;

namespace EventBus.Publisher.Transport;

/// <summary>Binds consumers' queues for what they ask for only since the process has started. Bindings that nobody asks for any more stay: what they bring is filtered.</summary>
public sealed class QueueBindings
{
    readonly ConcurrentDictionary<(string Consumer, string Pattern), bool> _bound = new();

    /// <summary>Notes what is bound when the bus starts.</summary>
    public void Note(string consumer, IEnumerable<TypePattern> patterns)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        foreach (var pattern in patterns)
        {
            _bound[(consumer, pattern.Text)] = true;
        }
    }

    /// <summary>Binds what is not bound yet; returns when the broker has done it.</summary>
    public async Task BindAsync(IBus bus, IEnumerable<(string Consumer, IReadOnlyList<TypePattern> Patterns)> asked, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bus);
        ArgumentNullException.ThrowIfNull(asked);
        foreach (var (consumer, patterns) in asked)
        {
            List<TypePattern> missing = [.. patterns.Where(p => !_bound.ContainsKey((consumer, p.Text)))];
            if (missing.Count == 0)
            {
                continue;
            }

            // A queue of no use, only declared for the exchanges behind it: MassTransit binds exchanges with a queue.
            var handle = bus.ConnectReceiveEndpoint($"eventbus.binding.{Guid.NewGuid():N}", endpoint => RabbitMqTransport.ConfigureBinding((IRabbitMqReceiveEndpointConfigurator)endpoint, consumer, missing));
            try
            {
                await handle.Ready.WaitAsync(cancellationToken);
            }
            finally
            {
                await handle.StopAsync(CancellationToken.None);
            }

            Note(consumer, missing);
        }
    }
}
