using System.CommandLine;
using EventBus.Bench.Measuring;
using EventBus.Bench.Reporting;
using EventBus.Bench.Scenarios;

namespace EventBus.Bench;

/// <summary>One command for each scenario, and <c>all</c>: measures ours and the twin in turns, and says what came of it.</summary>
static class ScenarioCommand
{
    public static Command Create(string name, string description, IReadOnlyList<Scenario> scenarios)
    {
        var rounds = BenchOptions.Rounds("How often each side is measured, in turns.");
        var seconds = BenchOptions.Seconds("How long each measurement takes.", 10);
        var warmUp = BenchOptions.WarmUp("Seconds for which each side runs before that.");
        var json = BenchOptions.Json();
        var command = new Command(name, $"{description}. {ExitCodes.Help}") { rounds, seconds, warmUp, json };
        command.Measures((parsed, cancellationToken) =>
        {
            var plan = new Plan(parsed.GetValue(rounds), TimeSpan.FromSeconds(parsed.GetValue(seconds)), TimeSpan.FromSeconds(parsed.GetValue(warmUp)), scenarios);
            return RunAsync(plan, parsed.GetValue(json), cancellationToken);
        });
        return command;
    }

    static async Task<int> RunAsync(Plan plan, FileInfo? json, CancellationToken cancellationToken)
    {
        var results = await Run.ExecuteAsync(plan, cancellationToken);
        await Console.Out.WriteAsync(TableReport.Write(results));
        await JsonReport.WriteAsync(json, JsonReport.Of(plan, results), cancellationToken);
        var failures = results.SelectMany(Failures).ToList();
        return await ExitCodes.OfAsync(failures);
    }

    static IEnumerable<string> Failures(ScenarioResult result) =>
        from side in (IReadOnlyList<(string Name, IReadOnlyList<Round> Rounds)>)[("ours", result.Ours), ("twin", result.Twin), ("warm-up", result.WarmUp)]
        from round in side.Rounds
        where round.Failure is not null
        select $"{result.Scenario.Name}, {side.Name}: {round.Failure}";
}
