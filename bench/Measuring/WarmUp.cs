namespace EventBus.Bench.Measuring;

/// <summary>What comes before a measurement: the runtimes of the measured processes have to have compiled what is hot with optimisation.</summary>
static class WarmUp
{
    /// <summary>Whoever compiles for no more of the time than this is warm.</summary>
    public const double MaxCompiling = 0.05;

    const int MaxRounds = 12;

    /// <summary>Measures again and again until it is warm, twelve times at most, and says how far it is.</summary>
    /// <param name="measure">Measures once.</param>
    /// <param name="say">What was measured, in words.</param>
    public static async Task<IReadOnlyList<Round>> RunAsync(Func<Task<Round>> measure, Func<Round, string> say)
    {
        var rounds = new List<Round>();
        do
        {
            rounds.Add(await measure());
            await Console.Error.WriteLineAsync($"{say(rounds[^1])}, compiling for {rounds[^1].Compiling:P0} of the time");
        }
        while (rounds[^1].Compiling > MaxCompiling && rounds.Count < MaxRounds);
        return rounds;
    }
}
