using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EventBus.Contracts;

namespace EventBus.Gateway.Ingress;

/// <summary>
/// Removes the password hash and salt that CarePortals' customer documents hold. They stand in a customer document, in objects named <c>customer</c>
/// at any depth, and under dotted keys that end in <c>customer.hash</c> and <c>customer.salt</c>. Everything else keeps its bytes.
/// </summary>
static class CustomerCredentials
{
    static readonly JsonDocumentOptions TextOptions = new() { MaxDepth = 512 };

    /// <summary>The event without them, by whichever route it came. A document of the family <c>patient</c> is a customer itself.</summary>
    public static CloudEvent Remove(CloudEvent @event)
    {
        if (@event.Source != "careportals" && !@event.Type.StartsWith("careportals.", StringComparison.Ordinal))
        {
            return @event;
        }

        if (@event.Data is { } data)
        {
            // The gateway has checked the depth already; what was let in stays readable.
            return Without(JsonMarshal.GetRawUtf8Value(data), data, @event is PatientEvent) is { } clean
                ? @event with { Data = JsonElement.Parse(clean, new JsonDocumentOptions { MaxDepth = JsonBody.MaxDepth }) }
                : @event;
        }

        return @event.DataBase64 is { } base64 && FromBase64(base64, @event is PatientEvent) is { } cleaned
            ? @event with { DataBase64 = Convert.ToBase64String(cleaned) }
            : @event;
    }

    /// <summary>A document that came as bytes may be JSON all the same.</summary>
    static byte[]? FromBase64(string base64, bool isCustomer)
    {
        var bytes = Convert.FromBase64String(base64).AsSpan();
        var text = bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;
        return TryParse(text) is { } document ? Without(text, document, isCustomer) : null;
    }

    /// <summary>The document without credentials; null where it has none.</summary>
    static byte[]? Without(ReadOnlySpan<byte> json, JsonElement document, bool isCustomer)
    {
        if (!MayHold(json))
        {
            return null;
        }

        isCustomer |= document.ValueKind == JsonValueKind.Object && Has(document, "hash") && Has(document, "salt");
        var output = new ArrayBufferWriter<byte>(json.Length);
        return Write(output, document, isCustomer) ? output.WrittenSpan.ToArray() : null;
    }

    /// <summary>Writes the element without credentials, and says whether it had any.</summary>
    static bool Write(ArrayBufferWriter<byte> output, JsonElement element, bool isCustomer)
    {
        var removed = false;
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                output.Write("{"u8);
                var first = true;
                foreach (var property in element.EnumerateObject())
                {
                    var name = Name(property);
                    if (IsCredential(name, isCustomer))
                    {
                        removed = true;
                        continue;
                    }

                    output.Write(first ? "\""u8 : ",\""u8);
                    output.Write(JsonMarshal.GetRawUtf8PropertyName(property));
                    output.Write("\":"u8);
                    removed |= Write(output, property.Value, IsCustomer(name));
                    first = false;
                }

                output.Write("}"u8);
                break;
            case JsonValueKind.Array:
                output.Write("["u8);
                for (var i = 0; i < element.GetArrayLength(); i++)
                {
                    output.Write(i == 0 ? default : ","u8);
                    removed |= Write(output, element[i], isCustomer);
                }

                output.Write("]"u8);
                break;
            case JsonValueKind.String when isCustomer && TextWithout(element) is { } text:
                output.Write(text);
                removed = true;
                break;
            default:
                output.Write(JsonMarshal.GetRawUtf8Value(element));
                break;
        }

        return removed;
    }

    /// <summary>A template can put a whole customer into a text; its credentials come out of there as well. Null for every other text.</summary>
    static byte[]? TextWithout(JsonElement element)
    {
        // A text with half of a surrogate pair has no UTF-8, so it is no JSON either.
        if (Read(() => element.GetString()!) is not { } text || text.AsSpan().TrimStart() is not ['{' or '[', ..] || TryParse(Encoding.UTF8.GetBytes(text)) is not { } inner)
        {
            return null;
        }

        var output = new ArrayBufferWriter<byte>();
        return Write(output, inner, isCustomer: true) ? JsonSerializer.SerializeToUtf8Bytes(Encoding.UTF8.GetString(output.WrittenSpan)) : null;
    }

    static JsonElement? TryParse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonElement.Parse(json, TextOptions);
        }
        catch (JsonException)
        {
            // Not JSON: bytes or a text like any other.
            return null;
        }
    }

    static bool Has(JsonElement document, string name) => document.EnumerateObject().Any(p => Name(p) == name);

    /// <summary>A property's name; empty where it is no text, and so no name that is looked for.</summary>
    static string Name(JsonProperty property) => Read(() => property.Name) ?? "";

    static string? Read(Func<string> text)
    {
        try
        {
            return text();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, escaped: JSON allows it, UTF-16 text does not.
            return null;
        }
    }

    static bool IsCustomer(string name) => name is "customer" or "customers" || name.EndsWith(".customer", StringComparison.Ordinal);

    static bool IsCredential(string name, bool isCustomer) =>
        (isCustomer && name is ("hash" or "salt"))
        || name is "customer.hash" or "customer.salt"
        || name.EndsWith(".customer.hash", StringComparison.Ordinal)
        || name.EndsWith(".customer.salt", StringComparison.Ordinal);

    static bool MayHold(ReadOnlySpan<byte> json) => json.IndexOf("hash"u8) >= 0 || json.IndexOf("salt"u8) >= 0 || json.IndexOf("\\u"u8) >= 0;
}
