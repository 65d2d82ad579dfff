using System.Buffers.Text;
using System.Text.Json;

namespace EventBus.Contracts;

/// <summary>Reads a JSON object as an event, and says of every attribute what is wrong with it.</summary>
public static class EventReader
{
    /// <summary>What is wrong with an event that was put together in code; empty where nothing is.</summary>
    public static IReadOnlyList<EventError> Check(CloudEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        var attributes = new EventAttributeReader();
        attributes.AddCore(
        [
            "1.0", @event.Id, @event.Source, @event.Type, @event.Subject, @event.Time, @event.DataContentType, @event.DataSchema, @event.Tenant, @event.TraceParent, @event.Sequence,
            @event.NativeType, null, @event.Acceptance?.Gateway, null, @event.Acceptance?.Publisher,
        ]);
        foreach (var (name, value) in @event.Extensions)
        {
            attributes.Check(name, value);
            if (@event.Acceptance is not null && Acceptance.Names.Contains(name, StringComparer.Ordinal))
            {
                attributes.Fail(name, "stands beside an acceptance, which says the same");
            }
        }

        if (@event.Data is not null && @event.DataBase64 is not null)
        {
            attributes.Fail("data_base64", "stands beside data; an event has one of them");
        }

        return attributes.Check();
    }

    /// <summary>Reads an event in the CloudEvents JSON format.</summary>
    public static EventReading Read(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return new EventReading(null, [new EventError("", "is not an object; an event is a JSON object with specversion, id, source and type")]);
        }

        try
        {
            return ReadAttributes(element);
        }
        catch (InvalidOperationException)
        {
            return new EventReading(null, [new EventError("", "has a name with half of a surrogate pair")]);
        }
    }

    static EventReading ReadAttributes(JsonElement element)
    {
        var attributes = new EventAttributeReader();
        JsonElement? data = null;
        string? base64 = null;
        foreach (var property in element.EnumerateObject())
        {
            var name = EventAttributeReader.NameOf(property);
            switch (name)
            {
                case "data":
                    data = property.Value;
                    break;
                case "data_base64" when property.Value.ValueKind == JsonValueKind.Null:
                    break;
                case "data_base64" when property.Value.ValueKind == JsonValueKind.String && PayloadPath.GetString(property.Value) is { } text && Base64.IsValid(text):
                    base64 = text;
                    break;
                case "data_base64":
                    attributes.Fail("data_base64", "is not base64");
                    break;
                default:
                    attributes.Add(name, property.Value);
                    break;
            }
        }

        if (data is not null && base64 is not null)
        {
            attributes.Fail("data_base64", "stands beside data; an event has one of them");
        }

        return attributes.Finish(data, base64);
    }
}

/// <summary>What came of reading an event: the event, or what is wrong.</summary>
/// <param name="Event">The event; null where there are errors.</param>
/// <param name="Errors">What is wrong, by attribute.</param>
public sealed record EventReading(CloudEvent? Event, IReadOnlyList<EventError> Errors);

/// <summary>What is wrong with one attribute of an event. Never holds a value that was sent.</summary>
/// <param name="Attribute">The attribute's name; empty for the event as a whole.</param>
/// <param name="Detail">What is wrong, without a subject: <c>is missing</c>.</param>
public sealed record EventError(string Attribute, string Detail)
{
    /// <inheritdoc/>
    public override string ToString() => Attribute.Length == 0 ? Detail : $"{Attribute} {Detail}";
}
