using System.CommandLine;
using EventBus.Bench.Measuring;
using EventBus.Bench.Reporting;

namespace EventBus.Bench.Scale;

/// <summary><c>scale</c>: whether an event costs the same when something else is large.</summary>
static class ScaleCommand
{
    public static Command Create()
    {
        var name = new Argument<string?>("name") { Description = "One of them; all unless given, but for together.", Arity = ArgumentArity.ZeroOrOne };
        name.AcceptOnlyFromAmong([.. ScaleScenario.All.Select(s => s.Name)]);
        var rounds = new Option<int>("--rounds") { Description = "How often each is measured, in turns.", DefaultValueFactory = _ => 5 };
        var seconds = new Option<int>("--seconds") { Description = "How long events are sent each time.", DefaultValueFactory = _ => 8 };
        var warmUp = new Option<int>("--warm-up") { Description = "Seconds for which events are sent before that.", DefaultValueFactory = _ => 10 };
        var divide = new Option<int>("--divide") { Description = "What is large is so many times smaller, for a disk or a time that is short.", DefaultValueFactory = _ => 1 };
        var json = new Option<FileInfo?>("--json") { Description = "Write every round's figures to this file as well." };
        var command = new Command("scale", $"CPU seconds for an event with little and with much of something else: {string.Join("; ", ScaleScenario.All.Select(s => $"{s.Name} ({s.What}, {s.Small:N0} and {s.Large:N0})"))}. {ExitCodes.Help}")
        {
            name, rounds, seconds, warmUp, divide, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new ScalePlan(
                parsed.GetValue(rounds), TimeSpan.FromSeconds(parsed.GetValue(seconds)), TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                [.. ScaleScenario.All.Where(s => parsed.GetValue(name) is { } asked ? s.Name == asked : !s.IsByName).Select(s => s.DividedBy(parsed.GetValue(divide)))]),
            parsed.GetValue(json), cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(ScalePlan plan, FileInfo? json, CancellationToken cancellationToken)
    {
        IReadOnlyList<ScaleResult> results;
        try
        {
            results = await ScaleRun.ExecuteAsync(plan, cancellationToken);
        }
        catch (BenchException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.CannotStart;
        }

        await Console.Out.WriteAsync(ScaleReport.Table(results));
        if (json is not null)
        {
            await ScaleReport.WriteAsync(json, plan, results, cancellationToken);
        }

        var failed = results.Where(r => r.Small.Concat(r.Large).Concat(r.WarmUp).Any(IsFailure)).ToList();
        foreach (var (result, round) in failed.SelectMany(r => r.Small.Concat(r.Large).Concat(r.WarmUp).Where(IsFailure).Select(round => (r, round))))
        {
            await Console.Error.WriteLineAsync($"FAILED: {result.Scenario.Name}: {round.Failed} events not confirmed, {round.Lost} lost, {round.OutOfOrder} out of order; {round.FirstError}");
        }

        return failed.Count == 0 ? ExitCodes.Measured : ExitCodes.EventsFailed;
    }

    static bool IsFailure(Round round) => round.Failed > 0 || round.Lost > 0 || round.OutOfOrder > 0;
}
