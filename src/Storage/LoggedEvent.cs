using EventBus.Contracts;

namespace EventBus.Storage;

/// <summary>An event in the log.</summary>
/// <param name="position">Its place.</param>
/// <param name="type">Its type.</param>
/// <param name="body">The structured CloudEvent.</param>
/// <param name="parsed">The event, where it is at hand.</param>
public sealed class LoggedEvent(long position, string type, byte[] body, CloudEvent? parsed)
{
    CloudEvent? _event = parsed;

    /// <summary>Its place.</summary>
    public long Position => position;

    /// <summary>Its type.</summary>
    public string Type => type;

    /// <summary>The structured CloudEvent.</summary>
    public byte[] Body => body;

    /// <summary>The event; read once, however many ask for it.</summary>
    public CloudEvent Event => _event ??= EventJson.Parse(body);
}
