using System.Globalization;
using System.Text;

namespace EventBus.Operations.Alerts;

/// <summary>A mail of plain text, as it goes over the wire (RFC 5322, 2045, 2047).</summary>
static class MailText
{
    const int MaxLine = 76;
    const int BytesOfWord = 36;

    /// <summary>Writes it.</summary>
    /// <param name="headers">Names and values, in their order; control characters become spaces.</param>
    /// <param name="at">When it is written.</param>
    /// <param name="body">The text, with any line ends.</param>
    public static string Write(IEnumerable<(string Name, string Value)> headers, DateTimeOffset at, string body)
    {
        var mail = new StringBuilder();
        foreach (var (name, value) in headers)
        {
            mail.Append(name).Append(": ").Append(Encode(string.Concat(value.Select(c => char.IsControl(c) ? ' ' : c)))).Append("\r\n");
        }

        mail.Append("Date: ").Append(at.ToUniversalTime().ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture)).Append("\r\n")
            .Append("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n");
        return mail.AppendJoin("\r\n", body.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Select(Quote)).ToString();
    }

    /// <summary>A header's value in ASCII; encoded words never cut a character.</summary>
    static string Encode(string value)
    {
        if (Ascii.IsValid(value))
        {
            return value;
        }

        List<string> words = [];
        var word = new StringBuilder();
        foreach (var rune in value.EnumerateRunes())
        {
            if (Encoding.UTF8.GetByteCount(word.ToString()) + rune.Utf8SequenceLength > BytesOfWord)
            {
                words.Add(word.ToString());
                word.Clear();
            }

            word.Append(rune);
        }

        words.Add(word.ToString());
        return string.Join("\r\n ", words.Select(w => $"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(w))}?="));
    }

    /// <summary>A line as quoted-printable, in several where it is long.</summary>
    static string Quote(string line)
    {
        var (text, column, bytes) = (new StringBuilder(), 0, Encoding.UTF8.GetBytes(line));
        for (var i = 0; i < bytes.Length; i++)
        {
            var b = bytes[i];
            var part = b is >= 33 and <= 126 and not (byte)'=' || (b == ' ' && i < bytes.Length - 1) ? ((char)b).ToString() : $"={b:X2}";
            if (column + part.Length >= MaxLine)
            {
                text.Append("=\r\n");
                column = 0;
            }

            text.Append(part);
            column += part.Length;
        }

        return text.ToString();
    }
}
