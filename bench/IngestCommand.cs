using System.CommandLine;
using EventBus.Bench.Measuring;
using EventBus.Bench.Reporting;

namespace EventBus.Bench;

/// <summary><c>ingest</c>: how many events a second get from a sender, or a service's own code, into a confirmed quorum queue.</summary>
static class IngestCommand
{
    public static Command Create()
    {
        var rounds = new Option<int>("--rounds") { Description = "How often each side is measured, in turns.", DefaultValueFactory = _ => 5 };
        var seconds = new Option<int>("--seconds") { Description = "How long each measurement takes.", DefaultValueFactory = _ => 10 };
        var json = new Option<FileInfo?>("--json") { Description = "Write every round's figures to this file as well." };
        var scenarios = new Option<string[]>("--scenario") { Description = "Measure this one only; can be given more than once." };
        rounds.Validators.Add(r => Require(r, r.GetValueOrDefault<int>() is >= 1 and <= 100, "--rounds is not between 1 and 100."));
        seconds.Validators.Add(r => Require(r, r.GetValueOrDefault<int>() is >= 1 and <= 600, "--seconds is not between 1 and 600."));
        scenarios.AcceptOnlyFromAmong([.. Scenario.All.Select(s => s.Name)]);
        var command = new Command("ingest", $"Starts a broker of its own and measures ingest and publish. {ExitCodes.Help}") { rounds, seconds, json, scenarios };
        command.SetAction((parsed, cancellationToken) =>
        {
            var names = parsed.GetValue(scenarios) ?? [];
            var plan = new Plan(
                parsed.GetValue(rounds),
                TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                [.. Scenario.All.Where(s => names.Length == 0 || names.Contains(s.Name, StringComparer.Ordinal))]);
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
        where round.Failed > 0 || round.Lost > 0
        select $"{result.Scenario.Name}, {side.Name}: {round.Failed} events not confirmed, {round.Lost} confirmed but not in the queue; {round.FirstError}";

    static void Require(System.CommandLine.Parsing.OptionResult result, bool holds, string otherwise)
    {
        if (!holds)
        {
            result.AddError(otherwise);
        }
    }
}
