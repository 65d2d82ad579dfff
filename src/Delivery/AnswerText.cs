using System.Text.Json;

namespace EventBus.Delivery;

/// <summary>Finds what an endpoint's answer says to people.</summary>
static class AnswerText
{
    const int MaxLength = 500;

    /// <summary>Problem details (RFC 9457, 3.1), Smart Flow Sheet's form, and what others commonly use.</summary>
    static readonly string[] Members = ["detail", "Message", "message", "error_description", "error", "title"];

    /// <summary>The text of a JSON answer's known members, or a plain text; null where there is none.</summary>
    /// <param name="head">The beginning of the answer.</param>
    public static string? Find(string? head)
    {
        var text = head?.Trim() switch
        {
            null or "" or ['<', ..] => null,
            ['{' or '[' or '"', ..] json => OfJson(json),
            var plain => plain,
        };
        text = text is null ? null : new string([.. text.Where(c => !char.IsControl(c))]).Trim();
        return text is null or "" ? null : text.Length > MaxLength ? $"{text[..MaxLength]}…" : text;
    }

    static string? OfJson(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement switch
            {
                { ValueKind: JsonValueKind.String } text => text.GetString(),
                { ValueKind: JsonValueKind.Object } members => Members.Select(m => members.TryGetProperty(m, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null)
                    .FirstOrDefault(t => !string.IsNullOrWhiteSpace(t)),
                _ => null,
            };
        }
        catch (JsonException)
        {
            // Longer than what is kept of it, or no JSON after all: there is no text to be found.
            return null;
        }
    }
}
