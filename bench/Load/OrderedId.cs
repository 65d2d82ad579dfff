using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace EventBus.Bench.Load;

/// <summary>An event's id that says which event of its subject it is, and when it was to be sent: so that whoever gets it can tell order, loss and latency by it.</summary>
/// <param name="Subject">Which subject, from 0.</param>
/// <param name="Number">Which event of it, from 1.</param>
/// <param name="Ticks">When, by the stopwatch, which all processes of a machine share.</param>
[StructLayout(LayoutKind.Auto)]
readonly record struct OrderedId(int Subject, long Number, long Ticks)
{
    /// <summary>As long as a UUID.</summary>
    public const int Length = 36;

    const int NumberAt = 9;
    const int TicksAt = 20;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Subject:x8}-{Number:x10}-{Ticks:x16}");

    public static OrderedId Parse(ReadOnlySpan<char> text) => new(
        int.Parse(text[..(NumberAt - 1)], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
        long.Parse(text[NumberAt..(TicksAt - 1)], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
        long.Parse(text[TicksAt..], NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    /// <summary>Finds it in a structured CloudEvent.</summary>
    public static OrderedId Find(ReadOnlySpan<byte> json)
    {
        var at = json.IndexOf("\"id\":\""u8) + "\"id\":\"".Length;
        Span<char> text = stackalloc char[Length];
        Encoding.ASCII.GetChars(json.Slice(at, Length), text);
        return Parse(text);
    }
}
