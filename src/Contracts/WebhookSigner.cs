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

    readonly byte[] _key;

    WebhookSigner(byte[] key)
    {
        _key = key;
    }

    /// <summary>Takes a secret (<c>whsec_</c> and base64 of 24 to 64 bytes); null where it is none.</summary>
    public static WebhookSigner? TryCreate(string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        var text = secret.StartsWith(Prefix, StringComparison.Ordinal) ? secret[Prefix.Length..] : secret;
        var key = new byte[text.Length];
        return Convert.TryFromBase64String(text, key, out var length) && length is >= 24 and <= 64 ? new WebhookSigner(key[..length]) : null;
    }

    /// <summary>The value of <c>webhook-signature</c>: <c>v1,</c> and base64 of HMAC-SHA256 over id, timestamp and body.</summary>
    /// <param name="id">The value of <c>webhook-id</c>.</param>
    /// <param name="timestamp">The value of <c>webhook-timestamp</c>, in seconds since 1970.</param>
    /// <param name="body">The body, as it is sent.</param>
    public string Sign(string id, long timestamp, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hmac.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
        hmac.AppendData(body);
        return $"v1,{Convert.ToBase64String(hmac.GetHashAndReset())}";
    }

    /// <summary>The value of <c>webhook-id</c>: the same for every attempt to bring one event to one endpoint, and for no other delivery. A replay is a delivery of its own.</summary>
    public static string DeliveryId(string endpoint, string source, string id, string? replay = null)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(replay is null ? $"{endpoint}\n{source}\n{id}" : $"{endpoint}\n{source}\n{id}\n{replay}"));
        return $"msg_{Convert.ToHexStringLower(hash.AsSpan(0, 16))}";
    }
}
