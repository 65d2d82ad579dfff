using System.CommandLine;
using EventBus.Cli.Doctor;
using EventBus.Operations.Broker;
using Microsoft.Extensions.Configuration;

namespace EventBus.Cli;

/// <summary><c>eventbus doctor</c>.</summary>
static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command("doctor", "Looks at settings, storage, broker, topology, clocks and endpoints from here, and says what to do; ends with 1 where something is wrong.") { StoredCommand.Json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var findings = await ExamineAsync(StoredCommand.Configuration, cancellationToken);
            if (parsed.GetValue(StoredCommand.Json))
            {
                Terminal.Json(findings);
            }
            else
            {
                Terminal.Table(["", "Part", "What is so", "What to do"], findings.Select(f => (object?[])[Word(f.Verdict), f.Part, f.What, f.Advice]));
            }

            return findings.Any(f => f.Verdict == Verdict.Wrong) ? ExitCodes.Refused : 0;
        });
        return command;
    }

    /// <summary>Looks at everything that the settings lead to.</summary>
    public static async Task<IReadOnlyList<Finding>> ExamineAsync(IConfiguration configuration, CancellationToken cancellationToken)
    {
        var findings = new Findings();
        configuration = await TransportCheck.RunAsync(configuration, findings, cancellationToken);
        ConfigurationCheck.Run(configuration, findings);
        await using var database = await StorageCheck.RunAsync(configuration, findings, cancellationToken);
        using var client = Client(configuration);
        if (client is { IsThere: false })
        {
            findings.Well("broker", "There is none: everything is in one process");
        }
        else if (client is not null)
        {
            await BrokerCheck.RunAsync(client, findings, cancellationToken);
            if (database is not null)
            {
                await TopologyCheck.RunAsync(client, database, findings, cancellationToken);
            }
            else
            {
                findings.Look("topology", "It was not looked at: what is declared is known to the storage", "See above.");
            }
        }

        await ClockCheck.RunAsync(client, database, TimeProvider.System, findings, cancellationToken);
        await EndpointCheck.RunAsync(configuration, TimeProvider.System, findings, cancellationToken);
        return findings.All;
    }

    /// <summary>Null where settings are wrong, which was said.</summary>
    static BrokerClient? Client(IConfiguration configuration)
    {
        try
        {
            return BrokerClient.Create(configuration);
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    static string Word(Verdict verdict) => verdict switch { Verdict.Well => "✓ well", Verdict.Look => "! look", _ => "✗ wrong" };
}
