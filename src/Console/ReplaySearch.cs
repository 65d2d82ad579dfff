using System.Globalization;

namespace EventBus.OperatorConsole;

/// <summary>A replay that somebody prepares, as it stands in the URL.</summary>
/// <param name="Events">Which events.</param>
/// <param name="To">The consumer and the endpoint that they go to, <c>consumer/endpoint</c>; without an endpoint it is the consumer itself. Null where nobody has said it yet.</param>
/// <param name="Rate">Events a second.</param>
public sealed record ReplaySearch(EventSearch Events, string? To, int Rate)
{
    const string Page = "/replays/new";
    const int UsualRate = 50;

    /// <summary>The consumer and the endpoint; null where nobody has said it yet.</summary>
    public (string Consumer, string Endpoint)? Target => To?.Split('/', 2) is [{ Length: > 0 } consumer, var endpoint] ? (consumer, endpoint) : null;

    /// <summary>Where replays of events are prepared.</summary>
    public static string PathOf(EventSearch events)
    {
        ArgumentNullException.ThrowIfNull(events);
        return $"{Page}{(events with { Before = null }).Query()}";
    }

    /// <summary>Its address.</summary>
    public string Path()
    {
        var query = (Events with { Before = null }).Query();
        if (To is not null)
        {
            query.Add("to_target", To);
        }

        query.Add("rate", Rate.ToString(CultureInfo.InvariantCulture));
        return $"{Page}{query}";
    }

    internal static ReplaySearch Read(IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> values)
    {
        var given = values.ToList();
        string? Given(string name) => given.FirstOrDefault(v => v.Key == name).Value.ToString() is { Length: > 0 } value ? value : null;
        return new ReplaySearch(EventSearch.Read(given), Given("to_target"), int.TryParse(Given("rate"), NumberStyles.None, CultureInfo.InvariantCulture, out var rate) ? rate : UsualRate);
    }
}
