namespace EventBus.OperatorConsole;

/// <summary>What differs between two texts, line by line.</summary>
static class LineDiff
{
    const int MaxCells = 4_000_000;

    /// <summary>The lines of both, each with <c>+</c>, <c>-</c> or a space before it. Texts too long for a comparison are shown whole, one behind the other.</summary>
    public static IEnumerable<(char Kind, string Text)> Of(string before, string after)
    {
        var (a, b) = (Lines(before), Lines(after));
        if ((long)a.Length * b.Length > MaxCells)
        {
            return a.Select(line => ('-', line)).Concat(b.Select(line => ('+', line)));
        }

        // The longest common subsequence from each pair of places on.
        var common = new int[a.Length + 1, b.Length + 1];
        for (var i = a.Length - 1; i >= 0; i--)
        {
            for (var j = b.Length - 1; j >= 0; j--)
            {
                common[i, j] = a[i] == b[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        return Walk(a, b, common);
    }

    static IEnumerable<(char Kind, string Text)> Walk(string[] a, string[] b, int[,] common)
    {
        var (i, j) = (0, 0);
        while (i < a.Length || j < b.Length)
        {
            if (i < a.Length && j < b.Length && a[i] == b[j])
            {
                yield return (' ', a[i]);
                (i, j) = (i + 1, j + 1);
            }
            else if (i < a.Length && (j == b.Length || common[i + 1, j] >= common[i, j + 1]))
            {
                yield return ('-', a[i++]);
            }
            else
            {
                yield return ('+', b[j++]);
            }
        }
    }

    static string[] Lines(string text) => text.ReplaceLineEndings("\n").Split('\n');
}
