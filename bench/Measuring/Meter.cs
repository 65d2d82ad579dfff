using EventBus.Bench.Scenarios;

namespace EventBus.Bench.Measuring;

/// <summary>Measures one side once.</summary>
static class Meter
{
    public static async Task<Round> MeasureAsync(Bed bed, ISide side, TimeSpan duration, CancellationToken cancellationToken)
    {
        // Before the rest, since a process may be frozen while it is prepared, and answers nothing then.
        var allocated = await SumAsync(c => c.AllocatedAsync(cancellationToken));
        var compiled = await SumAsync(c => c.CompiledAsync(cancellationToken));
        await side.PrepareAsync(duration, cancellationToken);
        var before = bed.ReadCpu(side.Measured, side.Helpers);
        var start = TimeProvider.System.GetTimestamp();
        var outcome = await side.RunAsync(duration, cancellationToken);
        var machine = TimeProvider.System.GetElapsedTime(start) * Environment.ProcessorCount;
        var cpu = bed.ReadCpu(side.Measured, side.Helpers) - before;
        allocated = await SumAsync(c => c.AllocatedAsync(cancellationToken)) - allocated;
        compiled = await SumAsync(c => c.CompiledAsync(cancellationToken)) - compiled;
        outcome = await side.SettleAsync(outcome, cancellationToken);
        return new Round(
            outcome.Events,
            outcome.Events / outcome.Seconds,
            outcome.P50Milliseconds,
            outcome.P95Milliseconds,
            outcome.P99Milliseconds,
            new CpuSeconds(PerTenThousand(cpu.Service), PerTenThousand(cpu.Broker), PerTenThousand(cpu.Database), PerTenThousand(cpu.Load)),
            outcome.Events == 0 ? 0 : allocated / outcome.Events,
            compiled / outcome.Seconds,
            Math.Max(0, cpu.Others / machine),
            outcome.Failed,
            outcome.Lost,
            outcome.OutOfOrder,
            outcome.FirstError);

        double PerTenThousand(TimeSpan spent) => outcome.Events == 0 ? 0 : spent.TotalSeconds * 10_000 / outcome.Events;

        async Task<double> SumAsync(Func<Child, Task<double>> ask)
        {
            var sum = 0.0;
            foreach (var child in side.Measured)
            {
                sum += await ask(child);
            }

            return sum;
        }
    }
}
