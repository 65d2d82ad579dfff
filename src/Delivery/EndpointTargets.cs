using System.Collections.Concurrent;
using EventBus.Contracts;
using EventBus.Delivery.Lanes;
using EventBus.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventBus.Delivery;

/// <summary>
/// The endpoints, as the lanes see them: those of the configuration, and those that operators have added. Looks once a second whether an operator or another process
/// has added, changed or removed one, or paused, resumed or disabled it.
/// </summary>
public sealed partial class EndpointTargets : BackgroundService
{
    static readonly TimeSpan Pulse = TimeSpan.FromSeconds(1);

    readonly WebhookEndpoints _configured;
    readonly EndpointControl _control;
    readonly Database _database;
    readonly TimeProvider _time;
    readonly ILogger<EndpointTargets> _logger;
    readonly Func<WebhookEndpoint, EndpointTarget> _create;
    readonly ConcurrentDictionary<string, Func<CloudEvent, CancellationToken, Task<CloudEvent>>> _completes = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<string, (long ChangedAt, bool Overlaps)> _stored = new(StringComparer.Ordinal);
    readonly Dictionary<string, EndpointState> _states = new(StringComparer.Ordinal);
    volatile IReadOnlyList<EndpointTarget> _targets;
    volatile ConcurrentDictionary<string, IReadOnlyList<TypePattern>> _patterns = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Opens no connection yet.</summary>
    public EndpointTargets(
        WebhookEndpoints endpoints, WebhookSender sender, EndpointControl control, Database database, IOptions<DeliveryOptions> options, TimeProvider time, ILogger<EndpointTargets> logger)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(options);
        (_configured, _control, _database, _time, _logger) = (endpoints, control, database, time, logger);
        var call = new SynchronousCall(new Answers(database), sender, time);
        _create = endpoint => new EndpointTarget(endpoint, sender, call, control, options.Value, time, logger);
        _targets = [.. endpoints.All.Select(_create)];
    }

    /// <summary>Raised when endpoints were added, changed or removed.</summary>
    public event EventHandler? Changed;

    /// <summary>The endpoints that a consumer delivers to, as they are now.</summary>
    /// <param name="consumer">One of <see cref="DeliveringConsumers"/>.</param>
    /// <param name="complete">Adds to an event what is known of its thing, for formats that say it.</param>
    public IReadOnlyList<DeliveryTarget> Of(string consumer, Func<CloudEvent, CancellationToken, Task<CloudEvent>>? complete = null)
    {
        if (complete is not null)
        {
            _completes[consumer] = complete;
        }

        List<EndpointTarget> targets = [.. _targets.Where(t => string.Equals(t.Consumer, consumer, StringComparison.OrdinalIgnoreCase))];
        targets.ForEach(t => t.Complete = _completes.GetValueOrDefault(consumer));
        return targets;
    }

    /// <summary>What the endpoints of a consumer ask for: another list after each change.</summary>
    public IReadOnlyList<TypePattern> PatternsOf(string consumer) =>
        _patterns.GetOrAdd(consumer, name => [.. Of(name).SelectMany(t => t.Patterns).DistinctBy(p => p.Text, StringComparer.Ordinal)]);

    /// <summary>Sends an event of no meaning to an endpoint once.</summary>
    /// <exception cref="KeyNotFoundException">There is no such endpoint.</exception>
    public Task<AttemptResult> TestAsync(string endpoint, CancellationToken cancellationToken) =>
        (_targets.FirstOrDefault(t => t.Name == endpoint) ?? throw new KeyNotFoundException()).TestAsync(cancellationToken);

    /// <summary>Looks what is stored.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        Take(await EndpointSettings.ReadAsync(_database, cancellationToken));
        foreach (var state in await _control.StatesAsync(cancellationToken))
        {
            if (_targets.FirstOrDefault(t => t.Name == state.Name) is { } target
                && (!_states.TryGetValue(state.Name, out var before) || before.State != state.State || before.ChangedAt != state.ChangedAt))
            {
                target.Apply(state);
                _states[state.Name] = state;
            }
        }
    }

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Before the first delivery: one that is paused stays so over a restart.
        await LookAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(Pulse, stoppingToken);
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Deliveries cannot be recorded then either, so the lanes wait too.
                LogUnknown(_logger, e.GetType().Name);
            }
        }
    }

    void Take(IReadOnlyList<EndpointSettings> stored)
    {
        var now = _time.GetUtcNow();
        var targets = _targets.ToList();
        var changed = false;
        foreach (var settings in stored)
        {
            var version = (settings.ChangedAt, Overlaps: settings.PreviousUntil > now.ToUnixTimeMilliseconds());
            if (_stored.TryGetValue(settings.Name, out var known) && known == version)
            {
                continue;
            }

            _stored[settings.Name] = version;
            List<string> failures = [];
            if (_configured.All.Any(e => string.Equals(e.Name, settings.Name, StringComparison.OrdinalIgnoreCase)) || WebhookEndpoints.Read(settings, now, failures) is not { } endpoint)
            {
                LogUnusable(_logger, settings.Name, failures is [var first, ..] ? first : "the configuration has one of that name");
                continue;
            }

            if (targets.Find(t => t.Name == endpoint.Name) is { } target)
            {
                target.Change(endpoint);
            }
            else
            {
                targets.Add(_create(endpoint));
            }

            changed = true;
        }

        foreach (var gone in _stored.Keys.Except(stored.Select(s => s.Name), StringComparer.Ordinal).ToList())
        {
            _stored.Remove(gone);
            _states.Remove(gone);
            changed |= targets.RemoveAll(t => t.Name == gone && !_configured.All.Any(e => e.Name == gone)) > 0;
        }

        if (changed)
        {
            // In this order: what is found with the targets of before goes into the dictionary of before.
            _targets = targets;
            _patterns = new(StringComparer.OrdinalIgnoreCase);
            Changed?.Invoke(this, EventArgs.Empty);
        }
    }

    [LoggerMessage(324, LogLevel.Warning, "The endpoints cannot be read ({Reason})")]
    static partial void LogUnknown(ILogger logger, string reason);

    [LoggerMessage(711, LogLevel.Warning, "Endpoint {Endpoint}, added at run time, is not delivered to: {Reason}")]
    static partial void LogUnusable(ILogger logger, string endpoint, string reason);
}
