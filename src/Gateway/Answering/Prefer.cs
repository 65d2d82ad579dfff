using System.Globalization;

namespace EventBus.Gateway.Answering;

/// <summary>The header <c>Prefer</c> (RFC 7240).</summary>
static class Prefer
{
    /// <summary>How many seconds the sender is ready to wait for the outcome (section 4.3, <c>wait</c>); null where it does not say. The first counts.</summary>
    public static int? Wait(HttpRequest request)
    {
        var preferences = request.Headers["Prefer"];
        foreach (var preference in preferences.Count == 0 ? [] : preferences.SelectMany(h => h?.Split(',') ?? []))
        {
            if (preference.Split(';')[0].Split('=', 2) is [var name, var value] && string.Equals(name.Trim(), "wait", StringComparison.OrdinalIgnoreCase))
            {
                return int.TryParse(value.Trim().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : null;
            }
        }

        return null;
    }
}
