namespace EventBus.Operations.Alerts;

/// <summary>Something that is wrong now.</summary>
/// <param name="Kind">What kind of thing.</param>
/// <param name="Target">What it is about: an endpoint, a consumer, a host; empty where there is only one.</param>
/// <param name="Text">What it is, in plain words without data.</param>
/// <param name="Since">Since when, in milliseconds since 1970-01-01 UTC; null: since it was seen first.</param>
sealed record Cause(AlertKind Kind, string Target, string Text, long? Since = null)
{
    /// <summary>What it is known by, as long as it lasts.</summary>
    public string Key { get; } = KeyOf(Kind, Target);

    public static string KeyOf(AlertKind kind, string target) => target.Length == 0 ? kind.Name : $"{kind.Name}/{target}";
}
