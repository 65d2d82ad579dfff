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
    public static CloudEvent Remove(CloudEvent @event) =>
        @event is { Data: { } data }
        && (@event.Source == "careportals" || @event.Type.StartsWith("careportals.", StringComparison.Ordinal))
        && MayHold(JsonMarshal.GetRawUtf8Value(data))
            ? @event with { Data = Remove(data, @event is PatientEvent) }
            : @event;

    static JsonElement Remove(JsonElement document, bool isCustomer)
    {
        isCustomer |= document.ValueKind == JsonValueKind.Object && document.TryGetProperty("hash", out _) && document.TryGetProperty("salt", out _);
        var output = new ArrayBufferWriter<byte>();
        Write(output, document, isCustomer);

        // The gateway has checked the depth already; what was let in stays readable.
        return JsonElement.Parse(output.WrittenSpan, new JsonDocumentOptions { MaxDepth = JsonBody.MaxDepth });
    }

    static void Write(IBufferWriter<byte> output, JsonElement element, bool isCustomer)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                output.Write("{"u8);
                var first = true;
                foreach (var property in element.EnumerateObject())
                {
                    if (IsCredential(property.Name, isCustomer))
                    {
                        continue;
                    }

                    output.Write(first ? "\""u8 : ",\""u8);
                    output.Write(JsonMarshal.GetRawUtf8PropertyName(property));
                    output.Write("\":"u8);
                    Write(output, property.Value, IsCustomer(property.Name));
                    first = false;
                }

                output.Write("}"u8);
                break;
            case JsonValueKind.Array:
                output.Write("["u8);
                for (var i = 0; i < element.GetArrayLength(); i++)
                {
                    output.Write(i == 0 ? default : ","u8);
                    Write(output, element[i], isCustomer);
                }

                output.Write("]"u8);
                break;
            case JsonValueKind.String when isCustomer && AsJsonText(element) is { } text:
                output.Write(text);
                break;
            default:
                output.Write(JsonMarshal.GetRawUtf8Value(element));
                break;
        }
    }

    /// <summary>A template can put a whole customer into a text; its credentials come out of there as well.</summary>
    static byte[]? AsJsonText(JsonElement element)
    {
        try
        {
            var text = element.GetString()!;
            if (text.AsSpan().TrimStart() is not ['{' or '[', ..])
            {
                return null;
            }

            var inner = new ArrayBufferWriter<byte>();
            Write(inner, JsonElement.Parse(text, TextOptions), isCustomer: true);
            return JsonSerializer.SerializeToUtf8Bytes(Encoding.UTF8.GetString(inner.WrittenSpan));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON after all: a text like any other.
            return null;
        }
    }

    static bool IsCustomer(string name) => name is "customer" or "customers" || name.EndsWith(".customer", StringComparison.Ordinal);

    static bool IsCredential(string name, bool isCustomer) =>
        (isCustomer && name is ("hash" or "salt"))
        || name.EndsWith("customer.hash", StringComparison.Ordinal)
        || name.EndsWith("customer.salt", StringComparison.Ordinal);

    static bool MayHold(ReadOnlySpan<byte> json) => json.IndexOf("hash"u8) >= 0 || json.IndexOf("salt"u8) >= 0 || json.IndexOf("\\u"u8) >= 0;
}
