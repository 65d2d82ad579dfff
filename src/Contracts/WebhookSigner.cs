using System.Security.Cryptography;
using System.Text;

namespace EventBus.Contracts;

/// <summary>
/// Identifies and signs deliveries as Standard Webhooks says (<see href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md">specification</see>,
/// webhook headers and signature scheme).
/// </summary>
public sealed class WebhookSigner
{
    const string Prefix = "whsec_";

    readonly IReadOnlyList<byte[]> _keys;

    WebhookSigner(params IReadOnlyList<byte[]> keys) => _keys = keys;

    /// <summary>Takes a secret (<c>whsec_</c> and base64 of 24 to 64 bytes); null where it is none.</summary>
    public static WebhookSigner? TryCreate(string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        var text = secret.StartsWith(Prefix, StringComparison.Ordinal) ? secret[Prefix.Length..] : secret;
        var key = new byte[text.Length];
        return Convert.TryFromBase64String(text, key, out var length) && length is >= 24 and <= 64 ? new WebhookSigner(key[..length]) : null;
    }

    /// <summary>One that signs with both, the newer first, so that a receiver may know either.</summary>
    public WebhookSigner And(WebhookSigner older)
    {
        ArgumentNullException.ThrowIfNull(older);
        return new WebhookSigner([.. _keys, .. older._keys]);
    }

    /// <summary>The value of <c>webhook-signature</c>: <c>v1,</c> and base64 of HMAC-SHA256 over id, timestamp and body, for each key, with a space between.</summary>
    /// <param name="id">The value of <c>webhook-id</c>.</param>
    /// <param name="timestamp">The value of <c>webhook-timestamp</c>, in seconds since 1970.</param>
    /// <param name="body">The body, as it is sent.</param>
    public string Sign(string id, long timestamp, ReadOnlySpan<byte> body)
    {
        var signatures = new string[_keys.Count];
        for (var i = 0; i < signatures.Length; i++)
        {
            using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _keys[i]);
            hmac.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
            hmac.AppendData(body);
            signatures[i] = $"v1,{Convert.ToBase64String(hmac.GetHashAndReset())}";
        }

        return string.Join(' ', signatures);
    }

    /// <summary>A new secret of 256 random bits.</summary>
    public static string CreateSecret() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>The value of <c>webhook-id</c>: the same for every attempt to bring one event to one endpoint, and for no other delivery. A replay is a delivery of its own.</summary>
    public static string DeliveryId(string endpoint, string source, string id, string? replay = null)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(replay is null ? $"{endpoint}\n{source}\n{id}" : $"{endpoint}\n{source}\n{id}\n{replay}"));
        return $"msg_{Convert.ToHexStringLower(hash.AsSpan(0, 16))}";
    }
}
