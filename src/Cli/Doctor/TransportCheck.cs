using System.Data.Common;
using Dapper;
using EventBus.Publisher.Transport;
using EventBus.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace EventBus.Cli.Doctor;

/// <summary>
/// Whether there is a broker, where no setting says so: Standalone runs without one by itself, other hosts do not. The storage knows which of them works on it.
/// </summary>
static class TransportCheck
{
    const string Setting = "EventBus:Transport";

    /// <summary>Looks.</summary>
    /// <returns>The settings, with the transport that the host on this storage has.</returns>
    public static async Task<IConfiguration> RunAsync(IConfiguration configuration, Findings findings, CancellationToken cancellationToken)
    {
        if (configuration[Setting] is not null || !await RunsWithoutBrokerAsync(configuration, cancellationToken))
        {
            return configuration;
        }

        findings.Well("settings", "EventBus__Transport is not given here; who works on this storage (Standalone) has no broker, so none is looked for");
        return new ConfigurationBuilder().AddConfiguration(configuration).AddInMemoryCollection([new(Setting, EventTransport.Memory)]).Build();
    }

    /// <summary>Hosts say whether they need a broker; when none runs, consumers have said how many queues they have on one.</summary>
    static async Task<bool> RunsWithoutBrokerAsync(IConfiguration configuration, CancellationToken cancellationToken)
    {
        try
        {
            await using var database = StorageExtensions.Create(configuration, owned: false);
            if (database.IsShared || !File.Exists(database.Name))
            {
                return false;
            }

            await using var connection = await database.ConnectAsync(cancellationToken);
            var (hosts, needing, consumers, queues) = await connection.QuerySingleAsync<(long, long, long, long)>(
                "SELECT (SELECT count(*) FROM hosts), (SELECT count(*) FROM hosts WHERE broker = 1), (SELECT count(*) FROM consumers), (SELECT coalesce(sum(partitions), 0) FROM consumers)");
            return needing == 0 && queues == 0 && (hosts > 0 || consumers > 0);
        }
        catch (Exception e) when (e is OptionsValidationException or StorageException or DbException)
        {
            // The checks that follow say what is wrong with it.
            return false;
        }
    }
}
