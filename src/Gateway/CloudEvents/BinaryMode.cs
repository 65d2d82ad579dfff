using System.Text;
using System.Text.Json;
using EventBus.Contracts;

namespace EventBus.Gateway.CloudEvents;

/// <summary>Binary mode: attributes are headers, the body is the data (CloudEvents HTTP binding 1.0.2, 3.1).</summary>
static class BinaryMode
{
    const string Prefix = "ce-";

    static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static EventReading Read(HttpRequest request, JsonElement? data)
    {
        var attributes = new EventAttributeReader();
        foreach (var (header, values) in request.Headers)
        {
            if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            var name = header[Prefix.Length..].ToLowerInvariant();
            if (name == "datacontenttype")
            {
                attributes.Fail(name, "is given by the header Content-Type in binary mode");
            }
            else if (values.Count != 1)
            {
                attributes.Fail(name, "stands more than once");
            }
            else if (Decode(values.ToString()) is { } value)
            {
                attributes.Add(name, value);
            }
            else
            {
                attributes.Fail(name, "is not percent-encoded UTF-8");
            }
        }

        if (request.ContentType is { Length: > 0 } contentType)
        {
            attributes.Add("datacontenttype", contentType);
        }

        return attributes.Finish(data, dataBase64: null);
    }

    /// <summary>Undoes quoting, then percent-encoding (3.1.3.2); null where the bytes are no UTF-8.</summary>
    static string? Decode(string value)
    {
        if (value is ['"', .., '"'] && value.Length > 1)
        {
            value = Unquote(value.AsSpan(1, value.Length - 2));
        }

        if (!value.Contains('%', StringComparison.Ordinal))
        {
            return value;
        }

        var bytes = new List<byte>(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '%' && i + 2 < value.Length && char.IsAsciiHexDigit(value[i + 1]) && char.IsAsciiHexDigit(value[i + 2]))
            {
                bytes.Add(Convert.ToByte(value.Substring(i + 1, 2), 16));
                i += 2;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(value, i, char.IsHighSurrogate(value[i]) ? 2 : 1));
                i += char.IsHighSurrogate(value[i]) ? 1 : 0;
            }
        }

        try
        {
            return StrictUtf8.GetString([.. bytes]);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    static string Unquote(ReadOnlySpan<char> text)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length)
            {
                i++;
            }

            result.Append(text[i]);
        }

        return result.ToString();
    }
}
