using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EventBus.Bench.Servers;

/// <summary>The twins' keys: as long as EventBus's.</summary>
static class TwinHash
{
    const int Bytes = 16;

    public static string Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    /// <summary>A key that begins with a time in milliseconds since 1970, and stands in an index beside those of its time.</summary>
    public static string At(long time, string key) => string.Concat(time.ToString("x11", CultureInfo.InvariantCulture), key.AsSpan(11));

    public static string Of(ReadOnlySpan<byte> text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        return Convert.ToHexStringLower(hash[..Bytes]);
    }
}
