using System.Data.Common;
using Dapper;
using EventBus.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventBus.Operations.Alerts;

/// <summary>
/// Sends notifications until they are taken, each by one host. What is told of one alert by one channel is told in its order. A host that ends between the answer and its
/// record leaves one that is sent again, under the same id.
/// </summary>
public sealed partial class AlertNotifier(Database database, IEnumerable<IAlertChannel> channels, TimeProvider time, ILogger<AlertNotifier> logger) : BackgroundService
{
    /// <summary>Longer than any channel tries: until then a notification belongs to who took it.</summary>
    static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    /// <summary>Sends what is due by a channel.</summary>
    /// <returns>How many were taken.</returns>
    public async Task<int> SendAsync(IAlertChannel channel, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(channel);
        var taken = 0;
        while (await ClaimAsync(channel.Name, cancellationToken) is { } claim)
        {
            await using var connection = await database.ConnectAsync(cancellationToken);
            var alert = await connection.QuerySingleAsync<Alert>(new CommandDefinition($"SELECT {AlertDesk.Columns} FROM alerts WHERE id = @Alert", new { claim.Alert }, cancellationToken: cancellationToken));
            var at = DateTimeOffset.FromUnixTimeMilliseconds(claim.Transition switch { AlertRegister.Raised => alert.RaisedAt, AlertRegister.Resolved => alert.ResolvedAt!.Value, _ => alert.SeenAt });
            var error = await channel.TellAsync(new AlertNotification(claim.Id, claim.Transition, at, alert), cancellationToken);
            if (error is null)
            {
                taken++;
            }
            else
            {
                LogFailed(logger, channel.Name, claim.Alert, error);
            }

            // Without the token: what was sent is noted.
            await database.TransactAsync(transaction => transaction.Connection!.ExecuteAsync(
                error is null
                    ? $"UPDATE alert_notifications SET sent_at = {database.Now}, error = NULL WHERE id = @Id"
                    : $"UPDATE alert_notifications SET due_at = {database.Now} + @pause, error = @error WHERE id = @Id",
                new { claim.Id, error, pause = Pause(claim.Attempts) }, transaction), CancellationToken.None);
        }

        return taken;
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(channels.Select(c => RunAsync(c, stoppingToken)));

    async Task RunAsync(IAlertChannel channel, CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await SendAsync(channel, stoppingToken);
            }
            catch (Exception e) when (e is DbException or StorageException)
            {
                LogTrouble(logger, channel.Name, e.GetType().Name);
            }

            await Task.Delay(Interval, time, stoppingToken);
        }
    }

    /// <summary>Takes one that is due, for as long as the lease.</summary>
    async Task<Claim?> ClaimAsync(string channel, CancellationToken cancellationToken)
    {
        Claim? due;
        await using (var connection = await database.ConnectAsync(cancellationToken))
        {
            due = await connection.QueryFirstOrDefaultAsync<Claim>(new CommandDefinition(
                $"""
                 SELECT n.id AS Id, n.alert AS Alert, n.transition AS Transition, n.attempts AS Attempts, n.due_at AS DueAt FROM alert_notifications n
                 WHERE n.channel = @channel AND n.sent_at IS NULL AND n.due_at <= {database.Now}
                     AND NOT EXISTS (SELECT 1 FROM alert_notifications b WHERE b.alert = n.alert AND b.channel = n.channel AND b.sent_at IS NULL AND b.id < n.id)
                 ORDER BY n.due_at, n.id LIMIT 1
                 """,
                new { channel }, cancellationToken: cancellationToken));
        }

        // Another host may have taken it meanwhile; there is the next round.
        return due is not null && await database.TransactAsync(
            transaction => transaction.Connection!.ExecuteAsync(
                $"UPDATE alert_notifications SET due_at = {database.Now} + @lease, attempts = attempts + 1 WHERE id = @Id AND due_at = @DueAt AND sent_at IS NULL",
                new { due.Id, due.DueAt, lease = (long)Lease.TotalMilliseconds }, transaction),
            cancellationToken) > 0 ? due : null;
    }

    static long Pause(int attempts) => (long)Math.Min(LongestPause.TotalMilliseconds, FirstPause.TotalMilliseconds * Math.Pow(2, Math.Min(attempts, 10)));

    [LoggerMessage(655, LogLevel.Warning, "The {Channel} was not told of alert {Alert} ({Reason}); it is tried again")]
    static partial void LogFailed(ILogger logger, string channel, long alert, string reason);

    [LoggerMessage(656, LogLevel.Warning, "What the {Channel} is to be told could not be read or noted ({Reason})")]
    static partial void LogTrouble(ILogger logger, string channel, string reason);

    sealed class Claim
    {
        public long Id { get; init; }

        public long Alert { get; init; }

        public string Transition { get; init; } = "";

        public int Attempts { get; init; }

        public long DueAt { get; init; }
    }
}
