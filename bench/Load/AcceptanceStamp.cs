using System.Globalization;
using System.Text;
using EventBus.Contracts;

namespace EventBus.Bench.Load;

/// <summary>
/// What a gateway notes on an event that it accepts, put before the end of the event's bytes: so that the twin's messages and rows are as long as EventBus's. Its trace
/// is always the same, since the twins have none.
/// </summary>
static class AcceptanceStamp
{
    static long _sequence;

    /// <summary>The event with it.</summary>
    /// <param name="json">A structured CloudEvent, which ends with its brace.</param>
    public static byte[] On(ReadOnlySpan<byte> json)
    {
        var stamp = string.Create(
            CultureInfo.InvariantCulture,
            $",\"eventbusaccepted\":\"{EventJson.Time(DateTimeOffset.UtcNow)}\",\"eventbusgateway\":\"gateway\",\"eventbussequence\":\"{Interlocked.Increment(ref _sequence)}\",\"eventbuspublisher\":\"bench\",\"traceparent\":\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\"}}");
        var stamped = new byte[json.Length - 1 + stamp.Length];
        json[..^1].CopyTo(stamped);
        Encoding.ASCII.GetBytes(stamp, stamped.AsSpan(json.Length - 1));
        return stamped;
    }
}
