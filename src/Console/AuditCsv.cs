using System.Globalization;
using System.Text;
using EventBus.Operations.Audit;

namespace EventBus.OperatorConsole;

/// <summary>Audit entries as CSV (RFC 4180).</summary>
static class AuditCsv
{
    public static string Write(IEnumerable<AuditEntry> entries)
    {
        var csv = new StringBuilder("number,at,actor,face,action,target,count,reason,previous,hash\r\n");
        foreach (var e in entries)
        {
            csv.AppendJoin(',', ((string?[])
            [
                $"{e.Number}", DateTimeOffset.FromUnixTimeMilliseconds(e.At).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture), e.Actor, e.Face, e.Action, e.Target, $"{e.Count}",
                e.Reason, e.Previous, e.Hash,
            ]).Select(Field)).Append("\r\n");
        }

        return csv.ToString();
    }

    /// <summary>What a spreadsheet would take for a formula begins with an apostrophe.</summary>
    static string Field(string? value)
    {
        var text = value is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? $"'{value}" : value ?? "";
        return text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
