using EventBus.Contracts;

namespace EventBus.Storage;

/// <summary>An event in the log.</summary>
/// <param name="Position">Its place.</param>
/// <param name="Type">Its type.</param>
/// <param name="Body">The structured CloudEvent.</param>
public sealed record LoggedEvent(long Position, string Type, byte[] Body)
{
    CloudEvent? _event;

    /// <summary>The event; read once, however many ask for it.</summary>
    public CloudEvent Event
    {
        get => _event ??= EventJson.Parse(Body);
        init => _event = value;
    }
}
