namespace EventBus.Consumers.Workflows.Expressions;

/// <summary>A text with placeholders: <c>{{path}}</c>, whose value has to be there; <c>{{path?}}</c>, which may be missing; <c>{{path?text}}</c>, with what stands for it then.</summary>
/// <param name="Parts">What is written, and the placeholder behind it; the last may have none.</param>
sealed record PlaceholderText(IReadOnlyList<(string Literal, Placeholder? Placeholder)> Parts)
{
    public const string Rule = "has a placeholder that is not {{path}}, {{path?}} or {{path?text}}; for example {{trigger.data.customer.firstName?there}}";

    /// <summary>The placeholder, where it is all there is: its value keeps its JSON type.</summary>
    public Placeholder? Alone => Parts is [("", { } placeholder)] ? placeholder : null;

    public IEnumerable<Placeholder> Placeholders => Parts.Select(p => p.Placeholder).OfType<Placeholder>();

    /// <summary>Reads a text; without parts where it has none.</summary>
    /// <returns>Null where a placeholder is wrong.</returns>
    public static PlaceholderText? Read(string text)
    {
        var parts = new List<(string, Placeholder?)>();
        var rest = text;
        while (rest.Length > 0)
        {
            var start = rest.IndexOf("{{", StringComparison.Ordinal);
            if (start < 0)
            {
                parts.Add((rest, null));
                break;
            }

            var end = rest.IndexOf("}}", start, StringComparison.Ordinal);
            if (end < 0 || Placeholder.Read(rest[(start + 2)..end]) is not { } placeholder)
            {
                return null;
            }

            parts.Add((rest[..start], placeholder));
            rest = rest[(end + 2)..];
        }

        return new PlaceholderText(parts);
    }
}

/// <summary>Where a value is put in.</summary>
/// <param name="Path">Which.</param>
/// <param name="Otherwise">What stands there where it is missing; null: the step fails then.</param>
sealed record Placeholder(ValuePath Path, string? Otherwise)
{
    public static Placeholder? Read(string text)
    {
        var parts = text.Split('?', 2);
        return ValuePath.Read(parts[0].Trim()) is { } path ? new Placeholder(path, parts.Length == 1 ? null : parts[1].Trim()) : null;
    }
}
