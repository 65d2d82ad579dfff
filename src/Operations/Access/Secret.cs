using System.Security.Cryptography;
using System.Text;

namespace EventBus.Operations.Access;

/// <summary>What is given out once and kept as a hash: cookies of sessions, one-time links.</summary>
static class Secret
{
    /// <summary>256 random bits, fit for a URL or cookie.</summary>
    public static string Create() => System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>What is stored of it.</summary>
    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
