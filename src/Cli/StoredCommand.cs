using System.CommandLine;
using System.Data.Common;
using EventBus.Operations;
using EventBus.Operations.Broker;
using EventBus.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace EventBus.Cli;

/// <summary>A command that works on the storage that the <c>EventBus__…</c> settings name, beside the hosts that run on it.</summary>
static class StoredCommand
{
    public static readonly Option<bool> Json = new("--json") { Description = "Write JSON, for scripts." };
    public static readonly Option<bool> Yes = new("--yes") { Description = "Do not ask." };
    public static readonly Option<bool> Reveal = new("--reveal") { Description = "Also what is masked, since it may be about a patient; for a --reason." };
    public static readonly Option<string?> Reason = new("--reason") { Description = "Why it is looked at; it is noted in the audit log, for each event." };

    public static Command Create(string name, string description, IEnumerable<Symbol> symbols, Func<ParseResult, Database, CancellationToken, Task<int>> run)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                command.Arguments.Add(argument);
            }
            else if (symbol is Option option)
            {
                command.Options.Add(option);
            }
        }

        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, run, cancellationToken));
        return command;
    }

    /// <summary>The settings, from the environment as for every host.</summary>
    public static IConfiguration Configuration { get; } = new ConfigurationBuilder().AddEnvironmentVariables().Build();

    /// <summary>Runs what works on the storage.</summary>
    public static async Task<int> RunAsync(ParseResult parsed, Func<ParseResult, Database, CancellationToken, Task<int>> run, CancellationToken cancellationToken)
    {
        try
        {
            await using var database = StorageExtensions.Create(Configuration, owned: false);
            if (!database.IsShared && !File.Exists(database.Name))
            {
                throw new CommandException($"There is no storage {database.Name}. Name the data directory of the running host, for example EventBus__DataDirectory=/var/lib/eventbus, or EventBus__Storage=postgres.");
            }

            await database.OpenAsync(cancellationToken);
            return await run(parsed, database, cancellationToken);
        }
        catch (BrokerUnavailableException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.Unavailable;
        }
        catch (Exception e) when (e is CommandException or OperationRefusedException or FormatException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.Refused;
        }
        catch (OptionsValidationException e)
        {
            await Console.Error.WriteLineAsync(string.Join('\n', e.Failures));
            return ExitCodes.Configuration;
        }
        catch (StorageException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.Configuration;
        }
        catch (DbException e)
        {
            await Console.Error.WriteLineAsync($"The storage does not answer ({e.GetType().Name} {e.SqlState}).");
            return ExitCodes.Unavailable;
        }
    }
}

/// <summary>What the process ends with, besides 0.</summary>
static class ExitCodes
{
    /// <summary>What was asked for is not there, or cannot be done.</summary>
    public const int Refused = 1;

    /// <summary>The storage or the broker does not answer (sysexits' EX_UNAVAILABLE).</summary>
    public const int Unavailable = 69;

    /// <summary>Settings are wrong (sysexits' EX_CONFIG).</summary>
    public const int Configuration = 78;
}
