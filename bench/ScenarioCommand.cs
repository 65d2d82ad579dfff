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
        var rounds = new Option<int>("--rounds") { Description = "How often each side is measured, in turns.", DefaultValueFactory = _ => 5 };
        var seconds = new Option<int>("--seconds") { Description = "How long each measurement takes.", DefaultValueFactory = _ => 10 };
        var warmUp = new Option<int>("--warm-up") { Description = "Seconds for which each side runs before that.", DefaultValueFactory = _ => 10 };
        var json = new Option<FileInfo?>("--json") { Description = "Write every round's figures to this file as well." };
        rounds.Validators.Add(r => Require(r, r.GetValueOrDefault<int>() is >= 1 and <= 100, "--rounds is not between 1 and 100."));
        seconds.Validators.Add(r => Require(r, r.GetValueOrDefault<int>() is >= 1 and <= 600, "--seconds is not between 1 and 600."));
        warmUp.Validators.Add(r => Require(r, r.GetValueOrDefault<int>() is >= 0 and <= 600, "--warm-up is not between 0 and 600."));
        var command = new Command(name, $"{description}. {ExitCodes.Help}") { rounds, seconds, warmUp, json };
        command.SetAction((parsed, cancellationToken) =>
        {
            var plan = new Plan(parsed.GetValue(rounds), TimeSpan.FromSeconds(parsed.GetValue(seconds)), TimeSpan.FromSeconds(parsed.GetValue(warmUp)), scenarios);
            return RunAsync(plan, parsed.GetValue(json), cancellationToken);
        });
        return command;
    }

    static async Task<int> RunAsync(Plan plan, FileInfo? json, CancellationToken cancellationToken)
    {
        IReadOnlyList<ScenarioResult> results;
        try
        {
            results = await Run.ExecuteAsync(plan, cancellationToken);
        }
        catch (BenchException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.CannotStart;
        }

        await Console.Out.WriteAsync(TableReport.Write(results));
        if (json is not null)
        {
            await JsonReport.WriteAsync(json, plan, results, cancellationToken);
        }

        var failures = results.SelectMany(Failures).ToList();
        foreach (var failure in failures)
        {
            await Console.Error.WriteLineAsync($"FAILED: {failure}");
        }

        return failures.Count == 0 ? ExitCodes.Measured : ExitCodes.EventsFailed;
    }

    static IEnumerable<string> Failures(ScenarioResult result) =>
        from side in (IReadOnlyList<(string Name, IReadOnlyList<Round> Rounds)>)[("ours", result.Ours), ("twin", result.Twin), ("warm-up", result.WarmUp)]
        from round in side.Rounds
        where round.Failed > 0 || round.Lost > 0 || round.OutOfOrder > 0
        select $"{result.Scenario.Name}, {side.Name}: {round.Failed} events not confirmed, {round.Lost} lost, {round.OutOfOrder} out of order; {round.FirstError}";

    static void Require(System.CommandLine.Parsing.OptionResult result, bool holds, string otherwise)
    {
        if (!holds)
        {
            result.AddError(otherwise);
        }
    }
}
