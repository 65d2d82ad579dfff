using EventBus.Bench.Measuring;

namespace EventBus.Bench.Scale;

/// <summary>Measures little and much of something in turns. Each has a broker and a database of its own, so that what one does at rest is not counted as the other's.</summary>
static class ScaleRun
{
    /// <summary>Lets the processes finish what a load leaves behind.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.5);

    public static async Task<IReadOnlyList<ScaleResult>> ExecuteAsync(ScalePlan plan, CancellationToken cancellationToken)
    {
        await Console.Error.WriteLineAsync($"Starting two brokers and two databases; {Environment.ProcessorCount} cores for everything together");
        var (starting, startingToo) = (Bed.StartAsync(cancellationToken), Bed.StartAsync(cancellationToken));
        await using var small = await starting;
        await using var large = await startingToo;

        // Several begin with a system of which nothing is large: it is started once.
        SystemSide? plain = null;
        try
        {
            var results = new List<ScaleResult>();
            foreach (var scenario in plan.Scenarios)
            {
                await Console.Error.WriteLineAsync($"{scenario.Name}: {scenario.What}, {scenario.Small:N0} and {scenario.Large:N0}; filling and starting");
                var shape = scenario.Of(scenario.Small);
                var much = SystemSide.StartAsync(large, new SystemPlan(scenario.Of(scenario.Large)), cancellationToken);
                var isPlain = shape == new Shape();
                var little = isPlain ? plain ??= await SystemSide.StartAsync(small, new SystemPlan(shape), cancellationToken) : await SystemSide.StartAsync(small, new SystemPlan(shape), cancellationToken);
                await using var end = isPlain ? null : little;
                await using var muchOfIt = await much;
                results.Add(await MeasureAsync(plan, scenario, (small, little), (large, muchOfIt), cancellationToken));
            }

            return results;
        }
        finally
        {
            await (plain?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    static async Task<ScaleResult> MeasureAsync(ScalePlan plan, ScaleScenario scenario, (Bed Bed, SystemSide Side) small, (Bed Bed, SystemSide Side) large, CancellationToken cancellationToken)
    {
        var result = new ScaleResult(scenario, [], [], []);
        if (plan.WarmUp > TimeSpan.Zero)
        {
            result = new ScaleResult(scenario, [], [], [.. await WarmUpAsync(small, large.Bed), .. await WarmUpAsync(large, small.Bed)]);
        }

        for (var i = 1; i <= plan.Rounds; i++)
        {
            var smallFirst = i % 2 == 1;
            var first = await NextAsync(smallFirst ? small : large, (smallFirst ? large : small).Bed, plan.Duration);
            var second = await NextAsync(smallFirst ? large : small, (smallFirst ? small : large).Bed, plan.Duration);
            result = new ScaleResult(scenario, [.. result.Small, smallFirst ? first : second], [.. result.Large, smallFirst ? second : first], result.WarmUp);
            await Console.Error.WriteLineAsync(
                $"{scenario.Name}: round {i} of {plan.Rounds}: CPU seconds for 10,000 events {Show(result.Small[^1])} and {Show(result.Large[^1])}, ratio {result.Ratios[^1]:0.00}");
        }

        return result;

        Task<IReadOnlyList<Round>> WarmUpAsync((Bed Bed, SystemSide Side) which, Bed other) => WarmUp.RunAsync(
            () => NextAsync(which, other, plan.WarmUp), round => $"{scenario.Name}: {(which == small ? "little" : "much")}, CPU seconds for 10,000 events {Show(round)}");

        async Task<Round> NextAsync((Bed Bed, SystemSide Side) which, Bed other, TimeSpan duration)
        {
            await which.Bed.SettleDatabaseAsync(cancellationToken);
            await Task.Delay(Pause, cancellationToken);
            var (cpu, start) = (other.Cpu, TimeProvider.System.GetTimestamp());
            var round = await Meter.MeasureAsync(which.Bed, which.Side, duration, cancellationToken);
            var share = (other.Cpu - cpu) / (TimeProvider.System.GetElapsedTime(start) * Environment.ProcessorCount);
            return round with { OthersCpu = Math.Max(0, round.OthersCpu - share) };
        }
    }

    static string Show(Round round) => $"{round.Cpu.Measured:0.00} ({round.Cpu.Service:0.00} + {round.Cpu.Broker:0.00} + {round.Cpu.Database:0.00})";
}

/// <summary>What is measured, and how long.</summary>
/// <param name="Rounds">How often each side is measured.</param>
/// <param name="Duration">For how long events are sent each time.</param>
/// <param name="WarmUp">The same, before that.</param>
/// <param name="Scenarios">In this order.</param>
sealed record ScalePlan(int Rounds, TimeSpan Duration, TimeSpan WarmUp, IReadOnlyList<ScaleScenario> Scenarios);
