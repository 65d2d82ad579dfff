using System.CommandLine;

namespace EventBus.Bench;

/// <summary>Options that several commands have, each with its range.</summary>
static class BenchOptions
{
    /// <summary><c>--rounds</c>, 1 to 100.</summary>
    public static Option<int> Rounds(string description) => Between("--rounds", description, 5, 1, 100);

    /// <summary><c>--seconds</c>, 1 to 600.</summary>
    public static Option<int> Seconds(string description, int otherwise) => Between("--seconds", description, otherwise, 1, 600);

    /// <summary><c>--warm-up</c>, 0 to 600 seconds.</summary>
    public static Option<int> WarmUp(string description) => Between("--warm-up", description, 10, 0, 600);

    /// <summary><c>--json</c>, a file.</summary>
    public static Option<FileInfo?> Json() => new("--json") { Description = "Write the figures to this file as well, those of every round." };

    /// <summary>A number within a range.</summary>
    public static Option<int> Between(string name, string description, int otherwise, int least, int most)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => otherwise };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < least || result.GetValueOrDefault<int>() > most)
            {
                result.AddError($"{name} is not between {least} and {most}.");
            }
        });
        return option;
    }

    /// <summary>Runs the command; where it cannot go on, it says why and ends with <see cref="ExitCodes.CannotStart"/>.</summary>
    public static void Measures(this Command command, Func<ParseResult, CancellationToken, Task<int>> measure) => command.SetAction(async (parsed, cancellationToken) =>
    {
        try
        {
            return await measure(parsed, cancellationToken);
        }
        catch (BenchException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.CannotStart;
        }
    });
}
