using System.Data.Common;
using System.Globalization;
using Dapper;

namespace EventBus.Operations.Alerts;

/// <summary>What is wrong by what hosts say of themselves, or do not say any more.</summary>
sealed class HostCauses(TimeSpan steady)
{
    /// <summary>From so full on a spool is nearly full.</summary>
    const double NearlyFull = 0.8;

    public async Task<IReadOnlyList<Cause>> ReadAsync(DbConnection connection, long now, long watchingSince, IReadOnlySet<string> open)
    {
        var hosts = (await connection.QueryAsync<HostSummary>($"SELECT {KnownHosts.Columns} FROM hosts ORDER BY name")).AsList();
        var began = now - (long)steady.TotalMilliseconds;
        var causes = new List<Cause>();
        foreach (var host in hosts)
        {
            if (IsGone(host, now) && (now - watchingSince >= Causes.HostGone.TotalMilliseconds || open.Contains(Cause.KeyOf(AlertKind.Host, host.Name))))
            {
                var waits = host.SpoolWaiting > 0 ? $" {Causes.Counted(host.SpoolWaiting.Value, "accepted event")} waited in its spool." : "";
                causes.Add(new Cause(AlertKind.Host, host.Name, $"Nothing is heard of the host {host.Name}.{waits} If it is gone for good, forget it: eventbus hosts forget {host.Name}.", host.SeenAt));
            }

            if (host.SpoolWaiting > 0 && host.SpoolSince <= began)
            {
                causes.Add(new Cause(AlertKind.Spool, host.Name, $"The broker does not take events from {host.Name}: {host.SpoolWaiting} wait in its spool.", host.SpoolSince));
            }

            if (host.SpoolBytes is { } bytes && host.SpoolMaxBytes is { } max && bytes >= max * NearlyFull)
            {
                causes.Add(new Cause(
                    AlertKind.SpoolFull, host.Name,
                    $"The spool of {host.Name} is {(100.0 * bytes / max).ToString("0", CultureInfo.InvariantCulture)} % full: with no more room, senders are refused."));
            }
        }

        var present = hosts.Where(h => h.NeedsBroker && !IsGone(h, now)).ToList();
        var away = present.Where(h => h.BrokerAwaySince <= began).ToList();
        if (away.Count > 0)
        {
            causes.Add(new Cause(
                AlertKind.Broker, "",
                $"{(away.Count == present.Count ? "No host reaches" : $"{away.Count} of {present.Count} hosts do not reach")} the broker: {string.Join(", ", away.Select(h => h.Name))}.", away.Min(h => h.BrokerAwaySince)));
        }

        return causes;
    }

    static bool IsGone(HostSummary host, long now) => now - host.SeenAt > Causes.HostGone.TotalMilliseconds;
}
