using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EventBus.Contracts;

namespace EventBus.Storage;

/// <summary>The keys that events are stored by: hashes, so that they have one length, and show nothing of what they stand for but, of an event, the time.</summary>
public static class EventKey
{
    /// <summary>Hexadecimal digits of a time in milliseconds since 1970: enough until the year 2527.</summary>
    const int TimeDigits = 11;

    static readonly string TimeFormat = $"x{TimeDigits}";

    /// <summary>
    /// What an event is known by at consumers. One acceptance of an event has one key, however often the broker or a gateway brings it; a replay of it, and
    /// another acceptance, has another. It begins with the time, so that what is stored together stands together in an index, however many events there are: a page of
    /// it takes many of them, where hashes alone would need a page each.
    /// </summary>
    public static string Of(CloudEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        var acceptance = @event.Acceptance;
        var time = (acceptance?.Time ?? @event.Timestamp)?.ToUnixTimeMilliseconds() ?? 0;
        return string.Concat(
            (time & ((1L << (4 * TimeDigits)) - 1)).ToString(TimeFormat, CultureInfo.InvariantCulture), Hash(@event, acceptance).AsSpan(TimeDigits));
    }

    /// <summary>What an event's order is kept by: tenant, source and subject; where there is no subject, the event alone.</summary>
    public static string OfSubject(CloudEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        return @event.Subject is null ? Hash(@event, @event.Acceptance) : Hash(@event.Tenant, @event.Source, @event.Subject);
    }

    /// <summary>The first 128 bits of SHA-256 over the parts, each with its length before it, in hexadecimal.</summary>
    public static string Hash(params ReadOnlySpan<string?> parts)
    {
        var size = 0;
        foreach (var part in parts)
        {
            size += sizeof(int) + (part is null ? 0 : Encoding.UTF8.GetMaxByteCount(part.Length));
        }

        var buffer = size <= 1024 ? stackalloc byte[size] : new byte[size];
        var end = 0;
        foreach (var part in parts)
        {
            var length = part is null ? -1 : Encoding.UTF8.GetBytes(part, buffer[(end + sizeof(int))..]);
            BinaryPrimitives.WriteInt32LittleEndian(buffer[end..], length);
            end += sizeof(int) + Math.Max(0, length);
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(buffer[..end], hash);
        return Convert.ToHexStringLower(hash[..16]);
    }

    static string Hash(CloudEvent @event, Acceptance? acceptance) =>
        Hash(@event.Tenant, @event.Source, @event.Id, acceptance?.Gateway, acceptance?.Sequence.ToString(CultureInfo.InvariantCulture), @event.Replay);
}
