using System.CommandLine;

namespace EventBus.Bench.Simulation;

/// <summary><c>simulate</c>: from measured costs to what other rates need, if the model gives what was measured.</summary>
static class SimulateCommand
{
    static readonly double[] Rates = [100, 10_000, 1_000_000];

    public static Command Create()
    {
        var costs = new Argument<FileInfo>("costs") { Description = "What bench -- all --json has written." }.AcceptExistingOnly();
        var command = new Command("simulate", $"Simulates the measured machine, and says what {string.Join(", ", Rates.Select(r => $"{r:N0}"))} events a second need. Exit codes: 0; 2 where the model is more than {Comparison.Limit:P0} off; 3 where the file is not enough.") { costs };
        command.Measures((parsed, cancellationToken) => RunAsync(parsed.GetValue(costs)!, cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(FileInfo costs, CancellationToken cancellationToken)
    {
        var run = await MeasuredRun.ReadAsync(costs, cancellationToken);
        var comparisons = MachineModel.Compare(run).ToList();
        Console.WriteLine("| scenario | figure | measured | simulated | ratio |");
        Console.WriteLine("|---|---|---:|---:|---:|");
        foreach (var c in comparisons)
        {
            Console.WriteLine($"| {c.Scenario} | {c.Figure} | {c.Measured:N1} | {c.Simulated:N1} | {c.Ratio:0.00}{(c.IsClose ? "" : ", too far off")} |");
        }

        Console.WriteLine();
        Console.WriteLine("| events a second | cores: gateways | brokers | consumers | databases | buses | gateways | partitions in each bus | consumer hosts | broker nodes | rows a second |");
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var s in Rates.Select(r => Sizing.Of(r, run)))
        {
            Console.WriteLine($"| {s.EventsPerSecond:N0} | {s.Gateway:N1} | {s.Broker:N1} | {s.Consumer:N1} | {s.Database:N1} | {s.Buses:N0} | {s.Gateways:N0} | {s.Partitions} | {s.Consumers:N0} | {s.BrokerNodes:N0} | {s.RowsPerSecond:N0} |");
        }

        return comparisons.TrueForAll(c => c.IsClose) ? ExitCodes.Measured : ExitCodes.EventsFailed;
    }
}
