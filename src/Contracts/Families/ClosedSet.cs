using System.Collections.Frozen;
using System.Text.Json;

namespace EventBus.Contracts;

/// <summary>
/// Finds which member of a closed set a word means. A member's own word is its name in snake case: <c>NoShowed</c> is <c>no_showed</c>. A word that no member has, one
/// of the future among them, means the first member, <c>Other</c>.
/// </summary>
/// <typeparam name="T">The closed set.</typeparam>
sealed class ClosedSet<T>
    where T : struct, Enum
{
    readonly FrozenDictionary<string, T> _members;

    /// <summary>The words of the members, and further ones.</summary>
    public ClosedSet(params IEnumerable<(string Word, T Member)> further)
    {
        _members = Enum.GetValues<T>().Select(m => (Word: JsonNamingPolicy.SnakeCaseLower.ConvertName(m.ToString()), Member: m)).Concat(further)
            .ToFrozenDictionary(p => p.Word, p => p.Member, StringComparer.Ordinal);
    }

    /// <summary>The member that a word means. Case, and what stands between its parts, make no difference; nor do the two spellings of canceled.</summary>
    public T Of(string word) => _members.GetValueOrDefault(TypeWord.Of(word).Replace("cancelled", "canceled", StringComparison.Ordinal));

    /// <summary>The member that a word of the payload means; null where it has none.</summary>
    public T? Find(string? word) => word is null ? null : Of(word);
}
