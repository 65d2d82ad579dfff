using EventBus.Storage;

namespace EventBus.OperatorConsole.Components;

/// <summary>How something does; each has a shape as well as a colour.</summary>
public enum Tone
{
    /// <summary>A disc: as it should be.</summary>
    Good,

    /// <summary>A ring: under way.</summary>
    Info,

    /// <summary>A triangle: look at it.</summary>
    Warn,

    /// <summary>A diamond: wrong.</summary>
    Bad,

    /// <summary>A stroke: over, or nothing to say.</summary>
    Quiet,
}

/// <summary>Which tone states have.</summary>
static class Tones
{
    public static Tone Of(DeliveryState state) => state switch
    {
        DeliveryState.Processed => Tone.Good,
        DeliveryState.Waiting => Tone.Info,
        DeliveryState.Dead => Tone.Bad,
        _ => Tone.Quiet,
    };

    public static Tone OfEndpoint(string state, bool fails) => state switch
    {
        EndpointState.Disabled => Tone.Bad,
        EndpointState.Enabled => fails ? Tone.Bad : Tone.Good,
        _ => Tone.Warn,
    };

    public static Tone OfRun(string status) => status switch
    {
        "completed" => Tone.Good,
        "running" or "waiting" => Tone.Info,
        "failed" => Tone.Bad,
        _ => Tone.Quiet,
    };

    public static string Word(DeliveryState state) => state.ToString().ToLowerInvariant();
}
