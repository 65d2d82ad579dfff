using EventBus.Operations;

namespace EventBus.OperatorConsole.Components;

/// <summary>How attempts went, in words; a dash where there was none.</summary>
sealed record AttemptFigures(string Success, string P50, string P95)
{
    public static AttemptFigures Of(IEnumerable<EndpointAttempt> attempts)
    {
        var all = attempts.ToList();
        if (all.Count == 0)
        {
            return new AttemptFigures("–", "–", "–");
        }

        var durations = all.Select(a => a.DurationMs).Order().ToList();
        var good = 100.0 * all.Count(a => a.Error is null) / all.Count;

        // Rounded down: 100 % means that none failed.
        return new AttemptFigures($"{Math.Floor(good * 10) / 10:0.#} %", $"{Times.Number(At(durations, 0.5))} ms", $"{Times.Number(At(durations, 0.95))} ms");
    }

    static long At(List<long> sorted, double quantile) => sorted[Math.Clamp((int)Math.Ceiling(quantile * sorted.Count) - 1, 0, sorted.Count - 1)];
}
