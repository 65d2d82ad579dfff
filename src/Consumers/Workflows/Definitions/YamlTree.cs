using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace EventBus.Consumers.Workflows.Definitions;

/// <summary>
/// Reads one YAML document into the tree that the same JSON gives: scalars are typed by the core schema of YAML 1.2; anchors, aliases and tags, which can make much of
/// little, are refused.
/// </summary>
static partial class YamlTree
{
    /// <summary>Reads a text.</summary>
    /// <exception cref="FormatException">It is no such document; the message names the line.</exception>
    public static JsonNode? Read(string text, int maxDepth)
    {
        try
        {
            var parser = new Parser(new StringReader(text));
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _))
            {
                return null;
            }

            parser.Consume<DocumentStart>();
            var root = ReadNode(parser, maxDepth);
            parser.Consume<DocumentEnd>();
            if (!parser.Accept<StreamEnd>(out _))
            {
                throw At(parser.Current!, "begins a second document; a file has one");
            }

            return root;
        }
        catch (YamlException e)
        {
            // Its own text can quote the file, which is no secret, but also types of the library.
            throw new FormatException($"line {e.Start.Line}: is no YAML ({e.Message.Split('\n')[0]})", e);
        }
    }

    static JsonNode? ReadNode(Parser parser, int depth)
    {
        var current = parser.Current!;
        if (current is AnchorAlias)
        {
            throw At(current, "has an alias; write the value where it belongs");
        }

        if (current is NodeEvent node && (!node.Anchor.IsEmpty || (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific)))
        {
            throw At(current, "has an anchor or a tag; neither is taken");
        }

        if (depth == 0)
        {
            throw At(current, "is too deep");
        }

        if (parser.TryConsume<SequenceStart>(out _))
        {
            var list = new JsonArray();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                list.Add(ReadNode(parser, depth - 1));
            }

            return list;
        }

        if (!parser.TryConsume<MappingStart>(out _))
        {
            return ReadScalar(parser.Consume<Scalar>());
        }

        var entries = new JsonObject();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = parser.TryConsume<Scalar>(out var scalar) ? scalar : throw At(parser.Current!, "has a key that is no text");
            if (!key.Anchor.IsEmpty || entries.ContainsKey(key.Value))
            {
                throw At(key, entries.ContainsKey(key.Value) ? $"has '{key.Value}' a second time" : "has an anchor");
            }

            entries.Add(key.Value, ReadNode(parser, depth - 1));
        }

        return entries;
    }

    static JsonValue? ReadScalar(Scalar scalar)
    {
        if (scalar.Style != ScalarStyle.Plain)
        {
            return JsonValue.Create(scalar.Value);
        }

        switch (scalar.Value)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return null;
            case "true" or "True" or "TRUE":
                return JsonValue.Create(true);
            case "false" or "False" or "FALSE":
                return JsonValue.Create(false);
        }

        if (Number().Match(scalar.Value) is { Success: true } number)
        {
            return ToNumber(number);
        }

        if (Based().Match(scalar.Value) is { Success: true } based)
        {
            return long.TryParse(based.Groups["hex"].Value, System.Globalization.NumberStyles.AllowHexSpecifier, null, out var hex) ? JsonValue.Create(hex)
                : based.Groups["octal"].Value is { Length: > 0 and < 20 } octal ? JsonValue.Create(octal.Aggregate(0L, (n, c) => (n * 8) + c - '0'))
                : throw At(scalar, "has a number that is too large");
        }

        return NotFinite().IsMatch(scalar.Value) ? throw At(scalar, "has a number that JSON does not know") : JsonValue.Create(scalar.Value);
    }

    /// <summary>As JSON writes it: without a plus, leading zeros, or a bare point.</summary>
    static JsonValue ToNumber(Match number)
    {
        var (whole, fraction, exponent) = (number.Groups["whole"].Value.TrimStart('0'), number.Groups["fraction"].Value, number.Groups["exponent"].Value);
        var json = $"{(number.Groups["sign"].Value == "-" ? "-" : "")}{(whole.Length == 0 ? "0" : whole)}{(fraction.Length == 0 ? "" : $".{fraction}")}{(exponent.Length == 0 ? "" : $"e{exponent}")}";
        return JsonNode.Parse(json)!.AsValue();
    }

    static FormatException At(ParsingEvent where, string what) => new($"line {where.Start.Line}: {what}");

    [GeneratedRegex(@"^(?<sign>[-+]?)(?=\.?[0-9])(?<whole>[0-9]*)(\.(?<fraction>[0-9]*))?([eE](?<exponent>[-+]?[0-9]+))?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Number();

    [GeneratedRegex(@"^(0x(?<hex>[0-9a-fA-F]+)|0o(?<octal>[0-7]+))\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Based();

    [GeneratedRegex(@"^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NotFinite();
}
