namespace EventBus.Bench.Measuring;

/// <summary>Measures both sides in turns, one scenario after another.</summary>
static class Run
{
    const int MaxWarmUpSteps = 10;

    public static async Task<IReadOnlyList<ScenarioResult>> ExecuteAsync(Plan plan, CancellationToken cancellationToken)
    {
        await Console.Error.WriteLineAsync($"Starting a broker; {Environment.ProcessorCount} cores for it, the measured process and the load together");
        await using var broker = await Broker.StartAsync(cancellationToken);
        var results = new List<ScenarioResult>();
        foreach (var scenario in plan.Scenarios)
        {
            results.Add(await MeasureAsync(plan, scenario, broker, cancellationToken));
        }

        return results;
    }

    static async Task<ScenarioResult> MeasureAsync(Plan plan, Scenario scenario, Broker broker, CancellationToken cancellationToken)
    {
        await Console.Error.WriteLineAsync($"{scenario.Name}: {scenario.Describe()}; warming up");
        await using var ours = await Side.StartAsync(scenario, scenario.OurRole, broker, cancellationToken);
        await using var twin = await Side.StartAsync(scenario, scenario.TwinRole, broker, cancellationToken);
        var result = new ScenarioResult(scenario, [], [], [.. await WarmUpAsync(plan, ours, cancellationToken), .. await WarmUpAsync(plan, twin, cancellationToken)]);
        for (var i = 1; i <= plan.Rounds; i++)
        {
            var our = await NextAsync(ours);
            var twins = await NextAsync(twin);
            result = new ScenarioResult(scenario, [.. result.Ours, our], [.. result.Twin, twins], result.WarmUp);
            await Console.Error.WriteLineAsync(
                $"{scenario.Name}: round {i} of {plan.Rounds}: ours {our.EventsPerSecond:N0}/s, twin {twins.EventsPerSecond:N0}/s, ratio {result.Ratios[^1]:0.00}");
        }

        return result;

        async Task<Round> NextAsync(Side side)
        {
            await Task.Delay(plan.Pause, cancellationToken);
            return await side.MeasureAsync(plan.Duration, cancellationToken);
        }
    }

    static async Task<IReadOnlyList<Round>> WarmUpAsync(Plan plan, Side side, CancellationToken cancellationToken)
    {
        var rounds = new List<Round>();
        while (rounds.Count < MaxWarmUpSteps && rounds.Sum(r => r.EventsPerSecond) * plan.WarmUpStep.TotalSeconds < plan.WarmUpEvents)
        {
            rounds.Add(await side.MeasureAsync(plan.WarmUpStep, cancellationToken));
        }

        return rounds;
    }
}
