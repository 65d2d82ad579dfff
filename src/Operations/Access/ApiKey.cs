using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace EventBus.Operations.Access;

/// <summary>
/// A publisher's key. Only its hash is stored. Keys are random and long, so a plain SHA-256 resists guessing as well as a slow hash would, and can be checked
/// for every request.
/// </summary>
public static class ApiKey
{
    const string HashPrefix = "sha256:";

    /// <summary>Makes a key: <c>ebk_</c> and 256 random bits in base64url.</summary>
    public static string Create() => $"ebk_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}";

    /// <summary>The hash that settings hold: <c>sha256:</c> and 64 hexadecimal digits.</summary>
    public static string Hash(string key) => HashPrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>Whether a text is such a hash.</summary>
    public static bool IsHash(string? text) =>
        text is not null
        && text.Length == HashPrefix.Length + 64
        && text.StartsWith(HashPrefix, StringComparison.Ordinal)
        && text[HashPrefix.Length..].All(char.IsAsciiHexDigitLower);
}
