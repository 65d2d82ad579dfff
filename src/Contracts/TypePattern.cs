using System.Text;

namespace EventBus.Contracts;

/// <summary>
/// A pattern over event types, as in topic bindings (AMQP 0-9-1, 3.1.3.3): words separated by dots, where <c>*</c> stands for one word and <c>#</c> for
/// any number of words, none included.
/// </summary>
public sealed class TypePattern
{
    readonly string[] _words;

    TypePattern(string text)
    {
        Text = text;
        _words = text.Split('.');
    }

    /// <summary>The pattern as written: <c>*.appointment.#</c>.</summary>
    public string Text { get; }

    /// <summary>The families whose events can match.</summary>
    public IEnumerable<Family> Families => Family.All.Where(CanMatch);

    /// <summary>
    /// Reads what a consumer or an endpoint responds to: a pattern, an event's type, or a sender's name for it (<c>APPOINTMENT_CANCELED</c>,
    /// <c>order.created</c>), which stands for the types that the catalog has under that name.
    /// </summary>
    /// <exception cref="FormatException">The text is no pattern.</exception>
    public static IReadOnlyList<TypePattern> Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0 || Encoding.UTF8.GetByteCount(text) > EventAttributeReader.MaxTypeBytes || text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
        {
            throw new FormatException("is no pattern over event types; for example canvas.appointment.#");
        }

        foreach (var word in text.Split('.'))
        {
            if (word.Length == 0 || (word.Length > 1 && word.AsSpan().ContainsAny('*', '#')))
            {
                throw new FormatException("is no pattern over event types: words are separated by single dots, and * and # stand for whole words; for example canvas.appointment.#");
            }
        }

        var named = Catalog.Named(text).Where(e => !e.IsFlag).Select(e => e.Type).Distinct(StringComparer.Ordinal).ToList();
        return named.Count > 0 ? [.. named.Select(t => new TypePattern(t))] : [new TypePattern(text)];
    }

    /// <summary>Whether an event of this type is asked for.</summary>
    public bool Matches(string type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return Matches(_words, type.Split('.'));
    }

    /// <summary>Whether some event of the catalog matches. One that matches none is most likely misspelt.</summary>
    public bool MatchesKnownEvent() => Catalog.Types.Any(Matches);

    /// <summary>Whether there can be a type that both match.</summary>
    public bool Overlaps(TypePattern other)
    {
        ArgumentNullException.ThrowIfNull(other);

        // Whether what is left of each from word i and j on has a type in common; the last row and column stand for nothing left.
        var (a, b) = (_words, other._words);
        var common = new bool[a.Length + 1, b.Length + 1];
        for (var i = a.Length; i >= 0; i--)
        {
            for (var j = b.Length; j >= 0; j--)
            {
                common[i, j] = (i == a.Length && j == b.Length)
                    || (i < a.Length && a[i] == "#" && (common[i + 1, j] || (j < b.Length && common[i, j + 1])))
                    || (j < b.Length && b[j] == "#" && (common[i, j + 1] || (i < a.Length && common[i + 1, j])))
                    || (i < a.Length && j < b.Length && (a[i] == "*" || b[j] == "*" || a[i] == b[j]) && common[i + 1, j + 1]);
            }
        }

        return common[0, 0];
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    static bool Matches(ReadOnlySpan<string> pattern, ReadOnlySpan<string> words)
    {
        // Greedy with one point to come back to, which is enough: a later # makes an earlier one's choice irrelevant.
        var (p, w, retryPattern, retryWord) = (0, 0, -1, 0);
        while (w < words.Length)
        {
            if (p < pattern.Length && pattern[p] == "#")
            {
                (retryPattern, retryWord) = (p++, w);
            }
            else if (p < pattern.Length && (pattern[p] == "*" || string.Equals(pattern[p], words[w], StringComparison.Ordinal)))
            {
                p++;
                w++;
            }
            else if (retryPattern >= 0)
            {
                p = retryPattern + 1;
                w = ++retryWord;
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].IndexOfAnyExcept("#") < 0;
    }

    /// <summary>Exact for the common forms: a family's word in second place, behind a word or <c>*</c>, leads to that family alone.</summary>
    bool CanMatch(Family family)
    {
        if (_words[0] == "#" || _words is [_, "#" or "*", ..])
        {
            return true;
        }

        return _words.Length == 1 ? family == Family.Unclassified
            : family == (Family.Find(_words[1]) ?? Family.Unclassified);
    }
}
