using System.Security.Cryptography;
using System.Text;

namespace EventBus.Bench.Servers;

/// <summary>The twins' keys: as long as EventBus's.</summary>
static class TwinHash
{
    const int Bytes = 16;

    public static string Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    public static string Of(ReadOnlySpan<byte> text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        return Convert.ToHexStringLower(hash[..Bytes]);
    }
}
