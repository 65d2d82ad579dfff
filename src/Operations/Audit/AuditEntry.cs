using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EventBus.Operations.Audit;

/// <summary>Who did or saw what, and why.</summary>
public sealed class AuditEntry
{
    /// <summary>Its number, from 1, without a gap.</summary>
    public long Number { get; init; }

    /// <summary>When, in milliseconds since 1970-01-01 UTC.</summary>
    public long At { get; init; }

    /// <summary>The account.</summary>
    public string Actor { get; init; } = "";

    /// <summary>By which way: <c>console</c> or <c>cli</c>.</summary>
    public string Face { get; init; } = "";

    /// <summary>What was done: <c>dead.retry</c>.</summary>
    public string Action { get; init; } = "";

    /// <summary>To what: an id, a name, or what was selected. Never a subject.</summary>
    public string Target { get; init; } = "";

    /// <summary>How many were touched.</summary>
    public long Count { get; init; }

    /// <summary>Why, as it was given.</summary>
    public string? Reason { get; init; }

    /// <summary>The hash of the entry before; empty for the first.</summary>
    public string Previous { get; init; } = "";

    /// <summary>The hash of this entry.</summary>
    public string Hash { get; init; } = "";

    /// <summary>SHA-256 over all but the hash, each part with its length before it, in hexadecimal.</summary>
    public string ComputeHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[4];
        foreach (var part in (ReadOnlySpan<string?>)[$"{Number}", $"{At}", Actor, Face, Action, Target, $"{Count}", Reason, Previous])
        {
            var bytes = part is null ? null : Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes?.Length ?? -1);
            hash.AppendData(length);
            hash.AppendData(bytes ?? []);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
