using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using EventBus.Operations;
using EventBus.Storage;
using Spectre.Console;

namespace EventBus.Cli;

/// <summary>What is written for people, or with <c>--json</c> for scripts.</summary>
static class Terminal
{
    /// <summary>What stands for what may be about a patient.</summary>
    public const string Mask = "••••••••";

    static readonly JsonSerializerOptions Revealed = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    static readonly JsonSerializerOptions Masked = new(Revealed) { TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { MaskPatients } } };

    /// <summary>Writes JSON; what may be about a patient (subjects, answers) is masked, as in tables.</summary>
    public static void Json(object value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, Masked));

    /// <summary>Writes JSON with all that there is; who sees it, and why, was noted before.</summary>
    public static void RevealedJson(object value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, Revealed));

    static void MaskPatients(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (type.Type == typeof(StoredEvent) && property.Name == "body")
            {
                property.ShouldSerialize = (_, _) => false;
            }
            else if ((type.Type == typeof(StoredEvent) && property.Name == "subject") || (type.Type == typeof(EventAttempt) && property.Name == "responseHead"))
            {
                Replace(property, _ => Mask);
            }
            else if (type.Type == typeof(EventSelection) && property.Name == "firstSubjects")
            {
                property.ShouldSerialize = (_, _) => false;
            }
            else if (type.Type == typeof(Replay) && property.Name == "filter")
            {
                Replace(property, value => JsonSerializer.Deserialize<EventFilter>((string)value) is { Subject: not null } filter ? JsonSerializer.Serialize(filter with { Subject = Mask }) : value);
            }
        }
    }

    static void Replace(JsonPropertyInfo property, Func<object, object> mask)
    {
        var get = property.Get!;
        property.Get = target => get(target) is { } value ? mask(value) : null;
    }

    public static void Table(IReadOnlyList<string> headers, IEnumerable<IReadOnlyList<object?>> rows)
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = 200;
        }

        var table = new Table { Border = TableBorder.Rounded };
        foreach (var header in headers)
        {
            table.AddColumn(header);
        }

        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(cell => Markup.Escape(Convert.ToString(cell, CultureInfo.InvariantCulture) ?? ""))]);
        }

        AnsiConsole.Write(table);
    }

    /// <summary>Writes a table with a row for each, or with <c>--json</c> all of them; what a command that lists ends with.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="items">What is listed.</param>
    /// <param name="headers">The table's.</param>
    /// <param name="row">What the table says of one.</param>
    /// <param name="revealed">Whether JSON has what is masked else; it was noted before.</param>
    /// <returns>The exit status: 0.</returns>
    public static int List<T>(ParseResult parsed, IReadOnlyList<T> items, IReadOnlyList<string> headers, Func<T, IReadOnlyList<object?>> row, bool revealed = false)
    {
        if (parsed.GetValue(StoredCommand.Json) && revealed)
        {
            RevealedJson(items);
        }
        else if (parsed.GetValue(StoredCommand.Json))
        {
            Json(items);
        }
        else
        {
            Table(headers, items.Select(row));
        }

        return 0;
    }

    /// <summary>A time in UTC, to the second; milliseconds since 1970 are what the storage has.</summary>
    public static string Time(long? milliseconds) =>
        milliseconds is { } m ? DateTimeOffset.FromUnixTimeMilliseconds(m).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) : "";

    /// <summary>Asks before more than one thing is touched. Without a terminal, <c>--yes</c> has to have been given.</summary>
    /// <exception cref="CommandException">No.</exception>
    public static void Confirm(long count, string what, bool yes)
    {
        if (count > 1 && !yes)
        {
            Ask($"{count} {what}");
        }
    }

    /// <summary>Asks whether to go on.</summary>
    /// <exception cref="CommandException">No, or there is no terminal to ask.</exception>
    public static void Ask(string what)
    {
        if (Console.IsInputRedirected)
        {
            throw new CommandException($"{what}: add --yes to do it.");
        }

        if (!AnsiConsole.Confirm($"{what}. Go on?", defaultValue: false))
        {
            throw new CommandException("Nothing was changed.");
        }
    }
}

/// <summary>A command does not do what was asked for; the message says why.</summary>
sealed class CommandException(string message) : Exception(message);
