using EventBus.Contracts;
using EventBus.Delivery.Lanes;
using EventBus.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventBus.Delivery;

/// <summary>The configured endpoints, as the lanes see them. Looks once a second whether an operator or another process has paused, resumed or disabled one.</summary>
public sealed partial class EndpointTargets : BackgroundService
{
    static readonly TimeSpan Pulse = TimeSpan.FromSeconds(1);

    readonly WebhookEndpoints _endpoints;
    readonly EndpointControl _control;
    readonly ILogger<EndpointTargets> _logger;
    readonly Dictionary<string, EndpointTarget> _targets;

    /// <summary>Opens no connection yet.</summary>
    public EndpointTargets(
        WebhookEndpoints endpoints, WebhookSender sender, EndpointControl control, Database database, IOptions<DeliveryOptions> options, TimeProvider time, ILogger<EndpointTargets> logger)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(options);
        _endpoints = endpoints;
        _control = control;
        _logger = logger;
        var call = new SynchronousCall(new Answers(database), sender, time);
        _targets = endpoints.All.ToDictionary(e => e.Name, e => new EndpointTarget(e, sender, call, control, options.Value, time, logger), StringComparer.Ordinal);
    }

    /// <summary>The endpoints that a consumer delivers to.</summary>
    /// <param name="consumer">One of <see cref="DeliveringConsumers"/>.</param>
    /// <param name="complete">Adds to an event what is known of its thing, for formats that say it.</param>
    public IReadOnlyList<DeliveryTarget> Of(string consumer, Func<CloudEvent, CancellationToken, Task<CloudEvent>>? complete = null)
    {
        var targets = _endpoints.Of(consumer).Select(e => _targets[e.Name]).ToList();
        targets.ForEach(t => t.Complete = complete);
        return targets;
    }

    /// <summary>Sends an event of no meaning to an endpoint once.</summary>
    /// <exception cref="KeyNotFoundException">There is no such endpoint.</exception>
    public Task<AttemptResult> TestAsync(string endpoint, CancellationToken cancellationToken) => _targets[endpoint].TestAsync(cancellationToken);

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Before the first delivery: one that is paused stays so over a restart.
        Apply(await _control.StatesAsync(cancellationToken));
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var known = new Dictionary<string, EndpointState>(StringComparer.Ordinal);
        while (_targets.Count > 0)
        {
            await Task.Delay(Pulse, stoppingToken);
            try
            {
                var states = await _control.StatesAsync(stoppingToken);
                Apply([.. states.Where(s => !known.TryGetValue(s.Name, out var before) || before.State != s.State || before.ChangedAt != s.ChangedAt)]);
                known = states.ToDictionary(s => s.Name, StringComparer.Ordinal);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Deliveries cannot be recorded then either, so the lanes wait too.
                LogUnknown(_logger, e.GetType().Name);
            }
        }
    }

    void Apply(IReadOnlyList<EndpointState> states)
    {
        foreach (var state in states)
        {
            if (_targets.TryGetValue(state.Name, out var target))
            {
                target.Apply(state);
            }
        }
    }

    [LoggerMessage(324, LogLevel.Warning, "The endpoints' states cannot be read ({Reason})")]
    static partial void LogUnknown(ILogger logger, string reason);
}
