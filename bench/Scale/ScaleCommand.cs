using System.CommandLine;
using EventBus.Bench.Reporting;

namespace EventBus.Bench.Scale;

/// <summary><c>scale</c>: whether an event costs the same when something else is large.</summary>
static class ScaleCommand
{
    public static Command Create()
    {
        var name = new Argument<string?>("name") { Description = "One of them; all unless given, but for together.", Arity = ArgumentArity.ZeroOrOne };
        name.AcceptOnlyFromAmong([.. ScaleScenario.All.Select(s => s.Name)]);
        var rounds = BenchOptions.Rounds("How often each is measured, in turns.");
        var seconds = BenchOptions.Seconds("How long events are sent each time.", 8);
        var warmUp = BenchOptions.WarmUp("Seconds for which events are sent before that.");
        var divide = BenchOptions.Between("--divide", "What is large is so many times smaller, for a disk or a time that is short.", 1, 1, 1_000_000);
        var json = BenchOptions.Json();
        var command = new Command("scale", $"CPU seconds for an event with little and with much of something else: {string.Join("; ", ScaleScenario.All.Select(s => $"{s.Name} ({s.What}, {s.Small:N0} and {s.Large:N0})"))}. {ExitCodes.Help}")
        {
            name, rounds, seconds, warmUp, divide, json,
        };
        command.Measures((parsed, cancellationToken) => RunAsync(
            new ScalePlan(
                parsed.GetValue(rounds), TimeSpan.FromSeconds(parsed.GetValue(seconds)), TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                [.. ScaleScenario.All.Where(s => parsed.GetValue(name) is { } asked ? s.Name == asked : !s.IsByName).Select(s => s.DividedBy(parsed.GetValue(divide)))]),
            parsed.GetValue(json), cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(ScalePlan plan, FileInfo? json, CancellationToken cancellationToken)
    {
        var results = await ScaleRun.ExecuteAsync(plan, cancellationToken);
        await Console.Out.WriteAsync(ScaleReport.Table(results));
        await JsonReport.WriteAsync(json, ScaleReport.Of(plan, results), cancellationToken);
        var failures = results.SelectMany(r => r.Small.Concat(r.Large).Concat(r.WarmUp).Where(round => round.Failure is not null).Select(round => $"{r.Scenario.Name}: {round.Failure}")).ToList();
        return await ExitCodes.OfAsync(failures);
    }
}
