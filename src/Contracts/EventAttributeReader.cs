using System.Collections.Frozen;
using System.Globalization;
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

    readonly Dictionary<string, string> _strings = new(StringComparer.Ordinal);
    Dictionary<string, JsonElement>? _extensions;

    readonly List<EventError> _errors = [];

    /// <summary>Notes that an attribute, or the event around it, is wrong.</summary>
    public void Fail(string attribute, string detail) => _errors.Add(new EventError(attribute, detail));

    /// <summary>Takes an attribute from a JSON member; null counts as not there (CloudEvents JSON 1.0.2, 2.2).</summary>
    public void Add(string name, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null || !CheckName(name))
        {
            return;
        }

        if (IsCore(name))
        {
            if (value.ValueKind != JsonValueKind.String)
            {
                Fail(name, "is not a string");
            }
            else if (CheckedText(name, value) is { } text)
            {
                _strings[name] = text;
            }

            return;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                if (CheckedText(name, value) is not null)
                {
                    AddExtension(name, value);
                }

                break;
            case JsonValueKind.Number when value.TryGetInt32(out _):
            case JsonValueKind.True or JsonValueKind.False:
                AddExtension(name, value);
                break;
            default:
                Fail(name, "is not a string, a boolean or a 32-bit integer, as an extension attribute has to be");
                break;
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

        if (IsCore(name))
        {
            _strings[name] = value;
        }
        else
        {
            AddExtension(name, JsonSerializer.SerializeToElement(value));
        }
    }

    /// <summary>Checks the whole and makes the event.</summary>
    public EventReading Finish(JsonElement? data, string? dataBase64)
    {
        Require("specversion", "the only version taken is \"1.0\"");
        Require("id", "it identifies the event together with source");
        Require("source", "it says where the event happened, as a URI reference");
        Require("type", "it says what happened, for instance \"canvas.appointment.canceled\"");
        Check("specversion", v => v == "1.0", "is not \"1.0\"");
        Check("source", v => !v.Any(char.IsWhiteSpace), "is not a URI reference: it has white space");
        Check("type", v => Encoding.UTF8.GetByteCount(v) <= MaxTypeBytes, $"is longer than {MaxTypeBytes} bytes");
        Check("time", IsTimestamp, "is not an RFC 3339 timestamp, for instance \"2026-01-31T09:30:00Z\"");
        foreach (var optional in (ReadOnlySpan<string>)["subject", "datacontenttype", "dataschema"])
        {
            Check(optional, v => v.Length > 0, "is empty; leave it out instead");
        }

        if (_errors.Count > 0)
        {
            return new EventReading(null, _errors);
        }

        return new EventReading(
            new UnclassifiedEvent
            {
                Id = _strings["id"],
                Source = _strings["source"],
                Type = _strings["type"],
                Subject = Text("subject"),
                Time = Text("time"),
                DataContentType = Text("datacontenttype"),
                DataSchema = Text("dataschema"),
                Tenant = Text("tenant"),
                TraceParent = Text("traceparent"),
                Sequence = Text("sequence"),
                NativeType = Text("nativetype"),
                Extensions = _extensions ?? (IReadOnlyDictionary<string, JsonElement>)FrozenDictionary<string, JsonElement>.Empty,
                Data = data,
                DataBase64 = dataBase64,
            }.Classify(),
            []);
    }

    static bool IsCore(string name) => name is "specversion" or "id" or "source" or "type" or "subject" or "time"
        or "datacontenttype" or "dataschema" or "tenant" or "traceparent" or "sequence" or "nativetype";

    static bool IsTimestamp(string value) =>
        Rfc3339().IsMatch(value)
        && DateTime.TryParse(value.AsSpan(0, 17).ToString().ToUpperInvariant() + "00", CultureInfo.InvariantCulture, out _);

    [GeneratedRegex("^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:([0-5][0-9]|60)([.][0-9]+)?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])\\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Rfc3339();

    string? Text(string name) => _strings.GetValueOrDefault(name);

    void AddExtension(string name, JsonElement value) => (_extensions ??= new(StringComparer.Ordinal))[name] = value;

    void Require(string name, string why)
    {
        if ((!_strings.TryGetValue(name, out var value) || value.Length == 0) && !_errors.Exists(e => e.Attribute == name))
        {
            Fail(name, $"is missing or empty; {why}");
        }
    }

    void Check(string name, Func<string, bool> holds, string detail)
    {
        if (_strings.TryGetValue(name, out var value) && !_errors.Exists(e => e.Attribute == name) && !holds(value))
        {
            Fail(name, detail);
        }
    }

    bool CheckName(string name)
    {
        if (name.Length is > 0 and <= MaxNameLength && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)))
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
        if (!value.Any(char.IsControl))
        {
            return true;
        }

        Fail(name, "holds a control character");
        return false;
    }
}
