using System.CommandLine;
using EventBus.Bench.Measuring;
using EventBus.Bench.Scale;
using EventBus.Bench.Servers;

namespace EventBus.Bench.Soaking;

/// <summary><c>pressure</c>: what senders are answered, and what memory does, while a part is slow.</summary>
static class PressureCommand
{
    /// <summary>More senders than the gateway works on at once, so that it has to refuse some when nothing moves.</summary>
    const int Senders = 256;
    const int AtOnce = 200;

    static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    public static Command Create()
    {
        var seconds = BenchOptions.Seconds("For how long each part is slow.", 30);
        var command = new Command(
            "pressure", $"A receiver that answers after two seconds, a database that is frozen, a broker that takes nothing; {Senders} senders that insist. What they are answered, what memory the hosts have, and whether every accepted event comes to its end. {ExitCodes.Help}")
        {
            seconds,
        };
        command.Measures((parsed, cancellationToken) => RunAsync(TimeSpan.FromSeconds(parsed.GetValue(seconds)), cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(TimeSpan slow, CancellationToken cancellationToken)
    {
        await using var bed = await Bed.StartAsync(cancellationToken);
        await using var side = await SystemSide.StartAsync(
            bed, new SystemPlan(new Shape()) { HasConsole = true, Settings = [new("EventBus__Gateway__MaxConcurrentRequests", $"{AtOnce}")] }, cancellationToken);
        var failed = false;
        Console.WriteLine("| what is slow | taken | 429 | 503 | of them without Retry-After | other answers | lost | out of order or twice | resident MiB before / most |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|---:|---|");
        foreach (var part in Parts(bed, side))
        {
            failed |= !await MeasureAsync(side, part, slow, cancellationToken);
        }

        return failed ? ExitCodes.EventsFailed : ExitCodes.Measured;
    }

    static IEnumerable<SlowPart> Parts(Bed bed, SystemSide side) =>
    [
        new("nothing", () => Task.CompletedTask, () => Task.CompletedTask),
        new("the receiver", () => side.Receiver.AskAsync(ReceiverServer.Slow, default), () => side.Receiver.AskAsync(ReceiverServer.Fast, default)),
        new("the database, frozen", () => Task.Run(bed.FreezeDatabase), () => Task.Run(bed.ThawDatabase)),
        new("the broker, out of memory", () => bed.SetMemoryAlarmAsync(true), () => bed.SetMemoryAlarmAsync(false)),
    ];

    static async Task<bool> MeasureAsync(SystemSide side, SlowPart part, TimeSpan slow, CancellationToken cancellationToken)
    {
        await Console.Error.WriteLineAsync($"slow: {part.Name}");
        await side.PrepareAsync(TimeSpan.Zero, cancellationToken);
        using var load = new InsistentLoad(side.Gateway, side.Key, side.Subjects, Senders);
        var before = await side.ReadMemoryAsync(cancellationToken);
        var samples = new MemorySamples(side, Interval);
        var outcome = await samples.WhileAsync(
            side.RunAsync(
                async () =>
                {
                    var sending = load.RunAsync(slow + (slow / 3));
                    await Task.Delay(slow / 6, cancellationToken);
                    await part.Begin();
                    await Task.Delay(slow, cancellationToken);
                    await part.End();
                    return await sending;
                },
                cancellationToken),
            cancellationToken);
        var settled = await side.SettleAsync(outcome, cancellationToken);
        var memory = string.Join(", ", before.Select(b => $"{b.Host} {b.Resident / (1024 * 1024)} / {samples.MostOf(b.Host, u => u.Resident):0}"));
        Console.WriteLine(
            $"| {part.Name} | {outcome.Events:N0} | {load.TooMany:N0} | {load.Unavailable:N0} | {load.WithoutRetryAfter:N0} | {load.Others:N0} | {settled.Lost} | {settled.OutOfOrder} | {memory} |");
        return settled.Lost == 0;
    }

    /// <summary>A part that is slow for a while.</summary>
    sealed record SlowPart(string Name, Func<Task> Begin, Func<Task> End);
}
