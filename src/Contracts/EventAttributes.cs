using System.Collections.Frozen;
using System.Text.Json;

namespace EventBus.Contracts;

/// <summary>The attributes of an event whose family is not known yet. See <see cref="CloudEvent"/> for their meaning.</summary>
public sealed record EventAttributes
{
    internal static readonly IReadOnlyDictionary<string, JsonElement> NoExtensions = FrozenDictionary<string, JsonElement>.Empty;

    /// <inheritdoc cref="CloudEvent.Id"/>
    public required string Id { get; init; }

    /// <inheritdoc cref="CloudEvent.Source"/>
    public required string Source { get; init; }

    /// <inheritdoc cref="CloudEvent.Type"/>
    public required string Type { get; init; }

    /// <inheritdoc cref="CloudEvent.Subject"/>
    public string? Subject { get; init; }

    /// <inheritdoc cref="CloudEvent.Time"/>
    public string? Time { get; init; }

    /// <inheritdoc cref="CloudEvent.DataContentType"/>
    public string? DataContentType { get; init; }

    /// <inheritdoc cref="CloudEvent.DataSchema"/>
    public string? DataSchema { get; init; }

    /// <inheritdoc cref="CloudEvent.Tenant"/>
    public string? Tenant { get; init; }

    /// <inheritdoc cref="CloudEvent.TraceParent"/>
    public string? TraceParent { get; init; }

    /// <inheritdoc cref="CloudEvent.Sequence"/>
    public string? Sequence { get; init; }

    /// <inheritdoc cref="CloudEvent.NativeType"/>
    public string? NativeType { get; init; }

    /// <inheritdoc cref="CloudEvent.Extensions"/>
    public IReadOnlyDictionary<string, JsonElement> Extensions { get; init; } = NoExtensions;

    /// <inheritdoc cref="CloudEvent.Data"/>
    public JsonElement? Data { get; init; }

    /// <inheritdoc cref="CloudEvent.DataBase64"/>
    public string? DataBase64 { get; init; }

    /// <summary>Id and type only, like <see cref="CloudEvent.ToString"/>.</summary>
    public override string ToString() => $"{Type} {Id}";
}
