using Dapper;
using EventBus.Operations.Broker;
using EventBus.Storage;

namespace EventBus.Cli.Doctor;

/// <summary>Whether this machine's clock goes as those of the storage and the broker do.</summary>
static class ClockCheck
{
    const string Part = "clock";

    /// <summary>Receivers of signed webhooks take five minutes mostly; charts and replays are by the time of acceptance.</summary>
    static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(BrokerClient? client, Database? database, TimeProvider time, Findings findings, CancellationToken cancellationToken)
    {
        if (database is { IsShared: true })
        {
            await CompareAsync("PostgreSQL", time, findings, async () =>
            {
                await using var connection = await database.ConnectAsync(cancellationToken);
                return DateTimeOffset.FromUnixTimeMilliseconds(await connection.QuerySingleAsync<long>($"SELECT {database.Now}"));
            });
        }

        if (client is { IsThere: true })
        {
            try
            {
                await CompareAsync("RabbitMQ", time, findings, () => client.TimeAsync(cancellationToken));
            }
            catch (BrokerUnavailableException)
            {
                findings.Look(Part, "RabbitMQ's was not looked at, since the management API does not answer", "See above.");
            }
        }
    }

    static async Task CompareAsync(string whose, TimeProvider time, Findings findings, Func<Task<DateTimeOffset?>> ask)
    {
        var before = time.GetUtcNow();
        if (await ask() is not { } there)
        {
            return;
        }

        // It was asked at some moment between, and may say whole seconds only.
        var after = time.GetUtcNow();
        var difference = there > after ? there - after : there < before ? before - there : TimeSpan.Zero;
        if (difference > Tolerance)
        {
            findings.Wrong(Part, $"{whose}'s differs from this machine's by {difference.TotalSeconds:#,0} s", "Let both machines keep time by NTP (timedatectl set-ntp true).");
        }
        else
        {
            findings.Well(Part, $"{whose}'s and this machine's agree");
        }
    }
}
