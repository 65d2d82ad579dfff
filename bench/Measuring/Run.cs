using EventBus.Bench.Scenarios;

namespace EventBus.Bench.Measuring;

/// <summary>Measures both sides in turns, one scenario after another.</summary>
static class Run
{
    public static async Task<IReadOnlyList<ScenarioResult>> ExecuteAsync(Plan plan, CancellationToken cancellationToken)
    {
        await Console.Error.WriteLineAsync($"Starting a broker and a database; {Environment.ProcessorCount} cores for them, the measured processes and the load together");
        await using var bed = await Bed.StartAsync(cancellationToken);
        var results = new List<ScenarioResult>();
        foreach (var scenario in plan.Scenarios)
        {
            results.Add(await MeasureAsync(plan, scenario, bed, cancellationToken));
        }

        return results;
    }

    static async Task<ScenarioResult> MeasureAsync(Plan plan, Scenario scenario, Bed bed, CancellationToken cancellationToken)
    {
        await Console.Error.WriteLineAsync($"{scenario.Name}: {scenario.Load}; warming up");
        var starting = (scenario.StartAsync(bed, Contender.Ours, cancellationToken), scenario.StartAsync(bed, Contender.Twin, cancellationToken));
        await using var ours = await starting.Item1;
        await using var twin = await starting.Item2;
        var result = new ScenarioResult(scenario, [], [], []);
        if (plan.WarmUp > TimeSpan.Zero)
        {
            result = new ScenarioResult(scenario, [], [], [.. await WarmUpAsync(ours), .. await WarmUpAsync(twin)]);
        }

        for (var i = 1; i <= plan.Rounds; i++)
        {
            // Whoever is second finds the disk's and the broker's state that the first has left, so they take turns in that too.
            var first = await NextAsync(i % 2 == 1 ? ours : twin);
            var second = await NextAsync(i % 2 == 1 ? twin : ours);
            var (our, twins) = i % 2 == 1 ? (first, second) : (second, first);
            result = new ScenarioResult(scenario, [.. result.Ours, our], [.. result.Twin, twins], result.WarmUp);
            await Console.Error.WriteLineAsync(
                $"{scenario.Name}: round {i} of {plan.Rounds}: ours {scenario.Show(our)}, twin {scenario.Show(twins)}, ratio {result.Ratios[^1]:0.00}");
        }

        return result;

        Task<IReadOnlyList<Round>> WarmUpAsync(ISide side) => WarmUp.RunAsync(
            () => Meter.MeasureAsync(bed, side, plan.WarmUp, cancellationToken), round => $"{scenario.Name}: {(side == ours ? "ours" : "twin")} {scenario.Show(round)}");

        async Task<Round> NextAsync(ISide side)
        {
            await bed.SettleDatabaseAsync(cancellationToken);
            await Task.Delay(plan.Pause, cancellationToken);
            return await Meter.MeasureAsync(bed, side, plan.Duration, cancellationToken);
        }
    }
}
