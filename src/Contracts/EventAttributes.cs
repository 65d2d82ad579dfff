using System.Collections.Frozen;
using System.Text.Json;

namespace EventBus.Contracts;

/// <summary>The attributes of an event whose family is not known yet. See <see cref="Event"/> for their meaning.</summary>
public sealed record EventAttributes
{
    internal static readonly IReadOnlyDictionary<string, JsonElement> NoExtensions = FrozenDictionary<string, JsonElement>.Empty;

    /// <inheritdoc cref="Event.Id"/>
    public required string Id { get; init; }

    /// <inheritdoc cref="Event.Source"/>
    public required string Source { get; init; }

    /// <inheritdoc cref="Event.Type"/>
    public required string Type { get; init; }

    /// <inheritdoc cref="Event.Subject"/>
    public string? Subject { get; init; }

    /// <inheritdoc cref="Event.Time"/>
    public string? Time { get; init; }

    /// <inheritdoc cref="Event.DataContentType"/>
    public string? DataContentType { get; init; }

    /// <inheritdoc cref="Event.DataSchema"/>
    public string? DataSchema { get; init; }

    /// <inheritdoc cref="Event.Tenant"/>
    public string? Tenant { get; init; }

    /// <inheritdoc cref="Event.TraceParent"/>
    public string? TraceParent { get; init; }

    /// <inheritdoc cref="Event.Sequence"/>
    public string? Sequence { get; init; }

    /// <inheritdoc cref="Event.NativeType"/>
    public string? NativeType { get; init; }

    /// <inheritdoc cref="Event.Extensions"/>
    public IReadOnlyDictionary<string, JsonElement> Extensions { get; init; } = NoExtensions;

    /// <inheritdoc cref="Event.Data"/>
    public JsonElement? Data { get; init; }

    /// <inheritdoc cref="Event.DataBase64"/>
    public string? DataBase64 { get; init; }

    /// <summary>Id and type only, like <see cref="Event.ToString"/>.</summary>
    public override string ToString() => $"{Type} {Id}";
}
