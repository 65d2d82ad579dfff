using System.Text.Json;
using EventBus.Contracts;

namespace EventBus.Consumers.Workflows.Expressions;

/// <summary>Where a value is found: <c>trigger.subject</c>, <c>trigger.data.customer._id</c>, <c>event.type</c>. Behind <c>data</c> it is a <see cref="PayloadPath"/>.</summary>
sealed class ValuePath
{
    public const string Rule = "is no path; it begins with trigger. or event., behind which comes id, source, type, subject, tenant, time, nativetype, data or a path in the data; for example trigger.data.customer.email";

    const int MaxLength = 200;

    static readonly Dictionary<string, Func<CloudEvent, string?>> Attributes = new(StringComparer.Ordinal)
    {
        ["id"] = e => e.Id,
        ["source"] = e => e.Source,
        ["type"] = e => e.Type,
        ["subject"] = e => e.Subject,
        ["tenant"] = e => e.Tenant,
        ["time"] = e => e.Time,
        ["nativetype"] = e => e.NativeType,
    };

    readonly string _attribute;
    readonly string _payload;

    ValuePath(string text, bool isOfEvent, string attribute, string payload) => (Text, IsOfEvent, _attribute, _payload) = (text, isOfEvent, attribute, payload);

    /// <summary>As written.</summary>
    public string Text { get; }

    /// <summary>Whether it leads into the event of a wait, rather than into the trigger.</summary>
    public bool IsOfEvent { get; }

    /// <summary>Reads one; null where it is none.</summary>
    public static ValuePath? Read(string text)
    {
        if (text.Length > MaxLength || text.Any(c => char.IsControl(c) || c is '{' or '}' or '?') || text.Split('.') is not [var root, var attribute, .. var steps])
        {
            return null;
        }

        var isData = attribute == "data" && steps.All(s => s.Trim().Length > 0) && steps is not [.., [.., '[', ']']];
        return root is "trigger" or "event" && (isData || (steps.Length == 0 && Attributes.ContainsKey(attribute)))
            ? new ValuePath(text, root == "event", attribute, string.Join('.', steps))
            : null;
    }

    /// <summary>The value; null where there is none, or JSON's null.</summary>
    public JsonElement? Find(Scope scope)
    {
        if ((IsOfEvent ? scope.Event : scope.Trigger) is not { } e)
        {
            return null;
        }

        if (_attribute != "data")
        {
            return ToElement(Attributes[_attribute](e));
        }

        var found = e.Data is not { } data ? null
            : _payload.Contains("[].", StringComparison.Ordinal) ? ToElement(PayloadPath.First(data, _payload))
            : PayloadPath.Find(data, _payload);
        return found is { ValueKind: JsonValueKind.Null } ? null : found;
    }

    static JsonElement? ToElement(string? text) => text is null ? null : JsonSerializer.SerializeToElement(text);
}
