using EventBus.Contracts;

namespace EventBus.Storage;

/// <summary>What a consumer or endpoint asks for, as the storage has it: a pattern a line.</summary>
public static class AskedPatterns
{
    /// <summary>As it is stored.</summary>
    public static string Write(IEnumerable<TypePattern> patterns) => string.Join('\n', patterns.Select(p => p.Text));

    /// <summary>What is stored; empty where nothing is asked for.</summary>
    public static IReadOnlyList<TypePattern> Read(string stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return [.. stored.Split('\n', StringSplitOptions.RemoveEmptyEntries).SelectMany(TypePattern.Read)];
    }
}
