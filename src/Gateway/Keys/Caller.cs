namespace EventBus.Gateway.Keys;

/// <summary>Who sends a request.</summary>
/// <param name="Name">The key's name.</param>
/// <param name="Sources">What it may send for; see <see cref="KeyOptions.Sources"/>.</param>
/// <param name="Tenant">The clinic or instance that its events belong to; null where the key names none.</param>
sealed record Caller(string Name, IReadOnlyList<string> Sources, string? Tenant)
{
    /// <summary>Whoever reaches a gateway that serves loopback only.</summary>
    public static Caller Local { get; } = new("local", ["*"], null);

    public bool MaySendFor(string source) => Sources.Any(allowed =>
        allowed == "*"
        || source.Equals(allowed, StringComparison.Ordinal)
        || (source.StartsWith(allowed, StringComparison.Ordinal) && (allowed.EndsWith('/') || source[allowed.Length] == '/') && !LeadsUp(source[allowed.Length..])));

    /// <summary>Whether a part of a URI leads above where it begins: a receiver may resolve it (RFC 3986, 5.2.4).</summary>
    static bool LeadsUp(string path) => path.Split('/').Any(segment => segment.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) is "..");
}
