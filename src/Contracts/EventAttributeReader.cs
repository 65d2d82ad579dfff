using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EventBus.Contracts;

/// <summary>
/// Gathers CloudEvents attributes one by one, from JSON members or from HTTP headers, by the rules of CloudEvents 1.0.2, 3 (context attributes)
/// and 3.1.1 (type system).
/// </summary>
public sealed partial class EventAttributeReader
{
    /// <summary>The longest routing key that AMQP 0-9-1 carries (4.2.5.3, short strings), in bytes of UTF-8.</summary>
    public const int MaxTypeBytes = 255;

    const int MaxNameLength = 20;

    /// <summary>The attributes that the specification and this bus name; each has its place in <see cref="_core"/>.</summary>
    static readonly string[] Core =
        ["specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "tenant", "traceparent", "sequence", "nativetype", .. Acceptance.Names];

    static readonly FrozenDictionary<string, int> Places = Core.Select((name, place) => (name, place)).ToFrozenDictionary(c => c.name, c => c.place, StringComparer.Ordinal);

    /// <summary>The names that come again and again, and are not made anew for each event.</summary>
    static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Known = FrozenSet.Create(
        StringComparer.Ordinal,
        [
            .. Core, "data", "data_base64", CloudEvent.ReplayName, CloudEvent.AnswerToName, CloudEvent.OnlyToName,
        ]).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>What in the raw text of a JSON string may stand for a control character or for half of a surrogate pair: escapes, DEL, and all that is not ASCII.</summary>
    static readonly SearchValues<byte> Special = SearchValues.Create([(byte)'\\', .. Enumerable.Range(0x7F, 0x81).Select(b => (byte)b)]);

    static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");
    static readonly SearchValues<char> WhiteSpace = Characters(char.IsWhiteSpace);
    static readonly SearchValues<char> Control = Characters(char.IsControl);

    static readonly string TooLong = $"is longer than {MaxTypeBytes} bytes";

    readonly string?[] _core = new string?[Core.Length];
    Dictionary<string, JsonElement>? _extensions;
    List<EventError>? _errors;

    /// <summary>The name of a member.</summary>
    /// <exception cref="InvalidOperationException">It holds half of a surrogate pair.</exception>
    internal static string NameOf(JsonProperty member)
    {
        var raw = JsonMarshal.GetRawUtf8PropertyName(member);
        Span<char> name = stackalloc char[MaxNameLength];
        return raw.Length <= MaxNameLength && Ascii.ToUtf16(raw, name, out var length) == OperationStatus.Done && Known.TryGetValue(name[..length], out var known) ? known : member.Name;
    }

    /// <summary>Notes that an attribute, or the event around it, is wrong.</summary>
    public void Fail(string attribute, string detail) => (_errors ??= []).Add(new EventError(attribute, detail));

    /// <summary>Takes an attribute from a JSON member; null counts as not there (CloudEvents JSON 1.0.2, 2.2).</summary>
    public void Add(string name, JsonElement value)
    {
        if (Check(name, value))
        {
            AddExtension(name, value);
        }
    }

    /// <summary>Checks an attribute as <see cref="Add(string, JsonElement)"/> does, without keeping it where it is an extension attribute.</summary>
    /// <returns>Whether it is one, and right.</returns>
    internal bool Check(string name, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null || !CheckName(name))
        {
            return false;
        }

        if (Places.TryGetValue(name, out var place))
        {
            if (value.ValueKind != JsonValueKind.String)
            {
                Fail(name, "is not a string");
            }
            else if (CheckedText(name, value) is { } text)
            {
                _core[place] = text;
            }

            return false;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return !JsonMarshal.GetRawUtf8Value(value).ContainsAny(Special) || CheckedText(name, value) is not null;
            case JsonValueKind.Number when value.TryGetInt32(out _):
            case JsonValueKind.True or JsonValueKind.False:
                return true;
            default:
                Fail(name, "is not a string, a boolean or a 32-bit integer, as an extension attribute has to be");
                return false;
        }
    }

    /// <summary>Takes an attribute whose value is text, as in an HTTP header.</summary>
    public void Add(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (!CheckName(name) || !CheckText(name, value))
        {
            return;
        }

        if (Places.TryGetValue(name, out var place))
        {
            _core[place] = value;
        }
        else
        {
            AddExtension(name, JsonSerializer.SerializeToElement(value));
        }
    }

    /// <summary>Takes the attributes that have a place, in the order of their places; null where one is not there.</summary>
    internal void AddCore(ReadOnlySpan<string?> values)
    {
        for (var place = 0; place < Core.Length; place++)
        {
            if (values[place] is { } value && CheckText(Core[place], value))
            {
                _core[place] = value;
            }
        }
    }

    /// <summary>Checks the whole, and says what is wrong.</summary>
    public IReadOnlyList<EventError> Check()
    {
        Require("specversion", "the only version taken is \"1.0\"");
        Require("id", "it identifies the event together with source");
        Require("source", "it says where the event happened, as a URI reference");
        Require("type", "it says what happened, for instance \"canvas.appointment.canceled\"");
        Check("specversion", v => v == "1.0", "is not \"1.0\"");
        Check("source", v => !v.AsSpan().ContainsAny(WhiteSpace), "is not a URI reference: it has white space");
        Check("type", v => v.Length * 3 <= MaxTypeBytes || Encoding.UTF8.GetByteCount(v) <= MaxTypeBytes, TooLong);
        Check("time", IsTimestamp, "is not an RFC 3339 timestamp, for instance \"2026-01-31T09:30:00Z\"");
        foreach (var optional in (ReadOnlySpan<string>)["subject", "datacontenttype", "dataschema"])
        {
            Check(optional, v => v.Length > 0, "is empty; leave it out instead");
        }

        return _errors ?? (IReadOnlyList<EventError>)[];
    }

    /// <summary>Checks the whole and makes the event.</summary>
    public EventReading Finish(JsonElement? data, string? dataBase64)
    {
        if (Check() is { Count: > 0 } errors)
        {
            return new EventReading(null, errors);
        }

        return new EventReading(
            new UnclassifiedEvent(Text("id")!)
            {
                Source = Text("source")!,
                Type = Text("type")!,
                Subject = Text("subject"),
                Time = Text("time"),
                DataContentType = Text("datacontenttype"),
                DataSchema = Text("dataschema"),
                Tenant = Text("tenant"),
                TraceParent = Text("traceparent"),
                Sequence = Text("sequence"),
                NativeType = Text("nativetype"),
                Acceptance = Acceptance.Read(Text(Acceptance.TimeName), Text(Acceptance.GatewayName), Text(Acceptance.SequenceName), Text(Acceptance.PublisherName)),
                Extensions = _extensions ?? (IReadOnlyDictionary<string, JsonElement>)FrozenDictionary<string, JsonElement>.Empty,
                Data = data,
                DataBase64 = dataBase64,
            }.Classify(),
            []);
    }

    static SearchValues<char> Characters(Func<char, bool> are) => SearchValues.Create([.. Enumerable.Range(0, char.MaxValue + 1).Select(c => (char)c).Where(are)]);

    /// <summary>All but which days a month has is known from the expression.</summary>
    static bool IsTimestamp(string value) => Rfc3339().IsMatch(value) && Digits(value, 8, 2) <= DateTime.DaysInMonth(Digits(value, 0, 4), Digits(value, 5, 2));

    static int Digits(string value, int start, int length) => int.Parse(value.AsSpan(start, length), NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex("^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)([.][0-9]+)?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])\\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Rfc3339();

    string? Text(string name) => _core[Places[name]];

    bool HasFailed(string name) => _errors?.Select(e => e.Attribute).Contains(name, StringComparer.Ordinal) == true;

    void AddExtension(string name, JsonElement value) => (_extensions ??= new(StringComparer.Ordinal))[name] = value;

    void Require(string name, string why)
    {
        if (string.IsNullOrEmpty(Text(name)) && !HasFailed(name))
        {
            Fail(name, $"is missing or empty; {why}");
        }
    }

    void Check(string name, Func<string, bool> holds, string detail)
    {
        if (Text(name) is { } value && !HasFailed(name) && !holds(value))
        {
            Fail(name, detail);
        }
    }

    bool CheckName(string name)
    {
        if (name.Length is > 0 and <= MaxNameLength && !name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            return true;
        }

        Fail(name, $"is no attribute name: 1 to {MaxNameLength} characters of a-z and 0-9");
        return false;
    }

    string? CheckedText(string name, JsonElement value)
    {
        if (PayloadPath.GetString(value) is { } text)
        {
            return CheckText(name, text) ? text : null;
        }

        Fail(name, "holds half of a surrogate pair");
        return null;
    }

    bool CheckText(string name, string value)
    {
        if (!value.AsSpan().ContainsAny(Control))
        {
            return true;
        }

        Fail(name, "holds a control character");
        return false;
    }
}
