using EventBus.Storage;

namespace EventBus.Consumers.Workflows.Runs;

/// <summary>What has happened to a run.</summary>
abstract record RunInput
{
    /// <summary>Its first step may begin.</summary>
    public static RunInput Started { get; } = new StartedInput();

    /// <summary>Another event of its subject has come, and is among those that it knows.</summary>
    public static RunInput Arrived { get; } = new ArrivedInput();

    /// <summary>Its timer has rung.</summary>
    /// <param name="hasUnhandled">Whether events of its subject that could end the wait have come and are not handled yet.</param>
    public static RunInput Rang(bool hasUnhandled) => new RangInput(hasUnhandled);

    /// <summary>The delivery that it waits for stands differently; null: there is none, since no endpoint took it.</summary>
    public static RunInput Delivery(DeliveryState? state) => new DeliveryInput(state);

    internal sealed record StartedInput : RunInput;

    internal sealed record ArrivedInput : RunInput;

    internal sealed record RangInput(bool HasUnhandled) : RunInput;

    internal sealed record DeliveryInput(DeliveryState? State) : RunInput;
}
