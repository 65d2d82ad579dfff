using EventBus.Contracts;
using EventBus.Delivery;
using EventBus.Delivery.Lanes;
using EventBus.Publisher;
using EventBus.Publisher.Topology;
using EventBus.Publisher.Transport;
using EventBus.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventBus.Consumers.Hosting;

/// <summary>Runs the lanes of the consumers of this process, and is the receiver of their queues.</summary>
sealed partial class LaneHost : IHostedService, IAsyncDisposable
{
    readonly Dictionary<string, LaneGroup> _groups = new(StringComparer.Ordinal);
    readonly IReadOnlyList<LaneConsumer> _consumers;
    readonly Database _database;
    readonly BrokerConnections _connections;
    readonly EventArchive? _log;
    readonly TimeProvider _time;
    readonly EndpointTargets? _endpoints;

    public LaneHost(
        IServiceProvider services, IEnumerable<ConsumerRegistration> registrations, Database database, BrokerConnections connections, TimeProvider time,
        IOptions<ConsumerQueueOptions> queues, ILoggerFactory loggers)
    {
        _database = database;
        _connections = connections;
        _time = time;
        _log = services.GetRequiredService<IEventPublisher>() is LogPublisher ? services.GetRequiredService<EventArchive>() : null;
        Queues = _log is null ? queues.Value.Partitions : 0;
        var consumers = new List<LaneConsumer>();
        foreach (var registration in registrations)
        {
            var logger = loggers.CreateLogger($"EventBus.Consumers.{registration.Name}");
            DeliveryTarget[] handler = registration.Handler is { } create ? [create(services)] : [];
            var consumer = new LaneConsumer(registration.Name, () => registration.Patterns(services), () => [.. handler, .. registration.Endpoints(services)]);
            foreach (var pattern in consumer.Patterns.Where(p => !p.MatchesKnownEvent()))
            {
                LogUnknownPattern(logger, consumer.Name, pattern.Text);
            }

            consumers.Add(consumer);
            _groups.Add(consumer.Name, new LaneGroup(consumer, Math.Max(1, Queues), database, time, logger));
        }

        _consumers = consumers;
        _endpoints = services.GetService<EndpointTargets>();
        if (_endpoints is not null)
        {
            _endpoints.Changed += OnEndpointsChanged;
        }
    }

    /// <summary>What receives from a consumer's partition queues.</summary>
    public IEventReceiver Receiver(string consumer) => new QueueReceiver(_groups[consumer]);

    /// <summary>What receives from a consumer's dead letter queue.</summary>
    public IEventReceiver DeadReceiver(string consumer) => new DeadQueueReceiver(_groups[consumer]);

    /// <summary>The consumers of this process.</summary>
    public IReadOnlyList<LaneConsumer> Consumers => _consumers;

    /// <summary>Queues of each consumer on the broker; 0 where events are read from a log.</summary>
    public int Queues { get; }

    /// <summary>Whether events are read from a log; else they come from queues.</summary>
    public bool ReadsLog => _log is not null;

    /// <summary>Gives a consumer a past event, where there are no queues; returns when it is stored.</summary>
    public Task ReplayAsync(string consumer, CloudEvent @event, string endpoint, CancellationToken cancellationToken) => _groups[consumer].TakeAsync(
        0, new Incoming(@event, EventJson.ToUtf8Bytes(@event)) { OnlyTo = endpoint.Length == 0 ? null : endpoint }, cancellationToken);

    /// <summary>Begins; the storage is open already.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!_database.IsShared)
        {
            await LaneGroup.FreeAllAsync(_database);
        }

        foreach (var group in _groups.Values)
        {
            group.Start(_log);
        }
    }

    /// <summary>
    /// Before the bus stops: ends the attempts and gives the lanes back, then leaves the broker. What was given and is not stored must not be refused before: the broker
    /// would send it again behind later events.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_groups.Values.Select(g => g.StopAsync()));
        await _connections.CloseAsync();
        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_endpoints is not null)
        {
            _endpoints.Changed -= OnEndpointsChanged;
        }

        await Task.WhenAll(_groups.Values.Select(g => g.DisposeAsync().AsTask()));
        _groups.Clear();
    }

    void OnEndpointsChanged(object? sender, EventArgs e)
    {
        foreach (var consumer in _consumers)
        {
            consumer.Refresh();
        }
    }

    [LoggerMessage(201, LogLevel.Warning, "Consumer {Consumer} responds to '{Pattern}', which matches no event of the catalog; check its spelling")]
    static partial void LogUnknownPattern(ILogger logger, string consumer, string pattern);

    sealed class QueueReceiver(LaneGroup lanes) : IEventReceiver
    {
        public Task ReceiveAsync(ReceivedEvent received, CancellationToken cancellationToken) =>
            lanes.TakeAsync(
                received.Partition,
                new Incoming(received.Event, received.Body) { OnlyTo = received.Header(TopologyNames.EndpointHeader) is { Length: > 0 } endpoint ? endpoint : null },
                cancellationToken);
    }

    /// <summary>What the broker gave up becomes a dead letter like any other.</summary>
    sealed class DeadQueueReceiver(LaneGroup lanes) : IEventReceiver
    {
        public Task ReceiveAsync(ReceivedEvent received, CancellationToken cancellationToken) => lanes.TakeAsync(
            0,
            new Incoming(received.Event, received.Body) { DeadCause = $"the broker gave it up ({received.Header("x-first-death-reason") ?? "delivery limit"})" },
            cancellationToken);
    }
}
