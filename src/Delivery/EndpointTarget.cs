using System.Data.Common;
using EventBus.Contracts;
using EventBus.Delivery.Lanes;
using EventBus.Storage;
using Microsoft.Extensions.Logging;

namespace EventBus.Delivery;

/// <summary>An endpoint, as the lanes see it: how many at once, how fast, and whether at all.</summary>
sealed partial class EndpointTarget : DeliveryTarget
{
    volatile WebhookEndpoint _endpoint;
    readonly WebhookSender _sender;
    readonly SynchronousCall _call;
    readonly EndpointControl _control;
    readonly DeliveryOptions _options;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly Lock _gate = new();
    readonly Circuit _circuit;
    Task _noting = Task.CompletedTask;
    EndpointState _state = new() { Name = "", State = EndpointState.Enabled };
    DateTimeOffset? _failingSince;
    DateTimeOffset _nextTurn;
    int _atWork;

    /// <summary>Whether leave was refused since <see cref="DeliveryTarget.Opened"/> was last raised.</summary>
    bool _isWaitedFor;

    public EndpointTarget(WebhookEndpoint endpoint, WebhookSender sender, SynchronousCall call, EndpointControl control, DeliveryOptions options, TimeProvider time, ILogger logger)
    {
        _endpoint = endpoint;
        _sender = sender;
        _call = call;
        _control = control;
        _options = options;
        _time = time;
        _logger = logger;
        _circuit = new Circuit(options.CircuitPause);
    }

    /// <summary>Adds to an event what is known of its thing.</summary>
    public Func<CloudEvent, CancellationToken, Task<CloudEvent>>? Complete { get; set; }

    public override string Name => _endpoint.Name;

    public override IReadOnlyList<TypePattern> Patterns => _endpoint.Patterns;

    public override OrderPolicy Order => _endpoint.Order;

    public override RetrySchedule Schedule => _endpoint.Schedule;

    public override string? Tenant => _endpoint.Tenant;

    public override RespondingRole Responds => _endpoint.IsSynchronous ? RespondingRole.Decides : RespondingRole.None;

    public override bool Wants(CloudEvent @event) => _endpoint.Takes(@event) && _endpoint.Format.Covers(@event);

    public override bool RefusesHeld(CloudEvent @event) => SynchronousCall.IsFor(_endpoint, @event);

    public override Task RefuseHeldAsync(CloudEvent @event, CancellationToken cancellationToken) => _call.RefuseHeldAsync(_endpoint, @event);

    /// <summary>The consumer that delivers to it.</summary>
    public string Consumer => _endpoint.Consumer;

    /// <summary>Other settings, of an endpoint of the same name, consumer and order; attempts that have begun go on with those before.</summary>
    public void Change(WebhookEndpoint endpoint) => _endpoint = endpoint;

    /// <summary>What an operator, or another process, has made of the endpoint.</summary>
    public void Apply(EndpointState state)
    {
        lock (_gate)
        {
            var resumed = state.State == EndpointState.Enabled && _state.State != EndpointState.Enabled;
            _state = state;
            if (resumed)
            {
                _circuit.Succeeded();
                _failingSince = null;
            }
            else
            {
                _failingSince ??= state.FailingSince is { } since ? DateTimeOffset.FromUnixTimeMilliseconds(since) : null;
            }

            _isWaitedFor = false;
        }

        Open();
    }

    public override bool TryBegin(DeliveryItem item, out DateTimeOffset? askAgain)
    {
        lock (_gate)
        {
            var begins = MayBegin(item, _time.GetUtcNow(), out askAgain);
            _isWaitedFor |= !begins;
            return begins;
        }
    }

    bool MayBegin(DeliveryItem item, DateTimeOffset now, out DateTimeOffset? askAgain)
    {
        askAgain = null;
        var mayGo = _state.State == EndpointState.Enabled
            || (_state.State == EndpointState.Draining && item.StoredAt.ToUnixTimeMilliseconds() <= _state.ChangedAt);
        if (!mayGo || _atWork >= _endpoint.MaxConcurrency)
        {
            return false;
        }

        if (now < _nextTurn)
        {
            askAgain = _nextTurn;
            return false;
        }

        if (!_circuit.TryPass(item.EventKey, now))
        {
            askAgain = _circuit.ProbeAt > now ? _circuit.ProbeAt : null;
            return false;
        }

        if (_endpoint.MaxRate is { } rate)
        {
            _nextTurn = (_nextTurn > now ? _nextTurn : now) + TimeSpan.FromSeconds(1 / rate);
        }

        _atWork++;
        return true;
    }

    public override async Task<AttemptResult> AttemptAsync(DeliveryItem item, CancellationToken cancellationToken)
    {
        var result = new AttemptResult(AttemptEnd.Postponed);
        try
        {
            if (SynchronousCall.IsFor(_endpoint, item.Event))
            {
                return result = await _call.AttemptAsync(_endpoint, item, cancellationToken);
            }

            var @event = Complete is { } complete && _endpoint.Format.IsCompleted ? await complete(item.Event, cancellationToken) : item.Event;
            result = await _sender.SendAsync(_endpoint, @event, item.Sequence, cancellationToken);
            if (result.Status == 410)
            {
                LogGone(_logger, Name);
                await _control.DisableAsync(Name, "the endpoint answered 410 Gone");
                Apply(new EndpointState { Name = Name, State = EndpointState.Disabled, ChangedAt = _time.GetUtcNow().ToUnixTimeMilliseconds() });
                result = new AttemptResult(AttemptEnd.Postponed);
            }

            return result;
        }
        finally
        {
            await EndAsync(item, result);
        }
    }

    /// <summary>Sends an event of no meaning once, past every gate.</summary>
    public Task<AttemptResult> TestAsync(CancellationToken cancellationToken) => _sender.SendAsync(
        _endpoint, new UnclassifiedEvent { Source = "eventbus", Type = "eventbus.test.ping", Data = System.Text.Json.JsonElement.Parse("{}") }, null, cancellationToken);

    async Task EndAsync(DeliveryItem item, AttemptResult result)
    {
        bool opened = false, closed = false, failsNow = false, recovered = false, givenUp = false, isWaitedFor;
        lock (_gate)
        {
            _atWork--;
            (isWaitedFor, _isWaitedFor) = (_isWaitedFor, false);
            var now = _time.GetUtcNow();
            if (result.End is AttemptEnd.Processed or AttemptEnd.Rejected)
            {
                closed = _circuit.Succeeded();
                recovered = _failingSince is not null;
                _failingSince = null;
            }
            else if (result.End == AttemptEnd.Failed)
            {
                opened = _circuit.Failed(item.EventKey, item.SubjectKey, now);
                failsNow = _failingSince is null;
                _failingSince ??= now;
                givenUp = now - _failingSince >= _options.DisableAfter && _state.State == EndpointState.Enabled;
            }
            else
            {
                _circuit.Return(item.EventKey);
            }
        }

        if (isWaitedFor)
        {
            Open();
        }

        if (opened)
        {
            LogOpened(_logger, Name, result.Error);
        }

        if (closed)
        {
            LogClosed(_logger, Name);
        }

        try
        {
            if (opened || closed || failsNow || recovered)
            {
                await NoteAsync();
            }

            if (givenUp)
            {
                LogGivenUp(_logger, Name, _options.DisableAfter);
                await _control.DisableAsync(Name, $"every attempt failed for {_options.DisableAfter}");
            }
        }
        catch (Exception e) when (e is DbException or StorageException)
        {
            // The attempt itself is recorded by the lane, which waits until that is possible.
            LogUnnoted(_logger, Name, e.GetType().Name);
        }
    }

    /// <summary>One after the other, each as it is by then, so that what is noted last is how it is.</summary>
    Task NoteAsync()
    {
        lock (_gate)
        {
            return _noting = AfterAsync(_noting);
        }

        async Task AfterAsync(Task before)
        {
            // Not within the lock, and whether or not the one before could be noted.
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
            DateTimeOffset? failingSince, openedAt, probeAt;
            lock (_gate)
            {
                (failingSince, openedAt, probeAt) = (_failingSince, _circuit.OpenedAt, _circuit.ProbeAt);
            }

            await _control.NoteAsync(Name, failingSince, openedAt, probeAt);
        }
    }

    [LoggerMessage(325, LogLevel.Warning, "The state of endpoint {Endpoint} was not stored ({Reason})")]
    static partial void LogUnnoted(ILogger logger, string endpoint, string reason);

    [LoggerMessage(320, LogLevel.Warning, "Endpoint {Endpoint} fails for several subjects ({Reason}); deliveries to it wait, and one tries now and then")]
    static partial void LogOpened(ILogger logger, string endpoint, string? reason);

    [LoggerMessage(321, LogLevel.Warning, "Endpoint {Endpoint} takes deliveries again")]
    static partial void LogClosed(ILogger logger, string endpoint);

    [LoggerMessage(322, LogLevel.Error, "Endpoint {Endpoint} answered 410 Gone and is disabled; its events are kept until it is resumed")]
    static partial void LogGone(ILogger logger, string endpoint);

    [LoggerMessage(323, LogLevel.Error, "Endpoint {Endpoint} has failed for {Time} and is disabled; its events are kept until it is resumed")]
    static partial void LogGivenUp(ILogger logger, string endpoint, TimeSpan time);
}
