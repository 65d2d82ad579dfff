using System.Globalization;
using Dapper;

namespace EventBus.Storage;

/// <summary>The list behind an <c>IN</c>, for both databases: Dapper spells a list out for SQLite only.</summary>
/// <param name="values">At least one.</param>
sealed class InList(IReadOnlyList<string> values)
{
    /// <summary>The list in parentheses.</summary>
    public string Sql { get; } = $"({string.Join(", ", values.Select((_, i) => Name(i)))})";

    /// <summary>Its values.</summary>
    public DynamicParameters Parameters { get; } = Of(values);

    static DynamicParameters Of(IReadOnlyList<string> values)
    {
        var parameters = new DynamicParameters();
        for (var i = 0; i < values.Count; i++)
        {
            parameters.Add(Name(i), values[i]);
        }

        return parameters;
    }

    static string Name(int index) => string.Create(CultureInfo.InvariantCulture, $"@v{index}");
}
