using System.Text;
using EventBus.Contracts;

namespace EventBus.Tests.Contracts;

/// <summary>src/Contracts/EventTypes.cs is written from the catalog. To write it anew: <c>EVENTBUS_WRITE_GENERATED=1 ./test.sh --filter EventTypesTests</c>.</summary>
public sealed class EventTypesTests
{
    static readonly (string Source, string Class)[] Senders = [("canvas", "Canvas"), ("careportals", "CarePortals"), ("smartflowsheet", "SmartFlowSheet"), ("eventbus", "EventBus")];

    [Fact]
    public Task The_constants_are_those_of_the_catalog() => GeneratedFile.IsUpToDateAsync("src/Contracts/EventTypes.cs", Generate());

    [Fact]
    public void Every_type_has_its_constant() => Assert.Equal(
        Catalog.Types.Order(StringComparer.Ordinal),
        typeof(EventTypes).GetNestedTypes().SelectMany(t => t.GetFields()).Select(f => (string)f.GetRawConstantValue()!).Order(StringComparer.Ordinal));

    static string Generate()
    {
        var file = new StringBuilder();
        Line(file, 0, $"// Written from the catalog by the test {nameof(EventTypesTests)}; run it with {GeneratedFile.Write}=1 after changing the catalog.");
        Line(file, 0, "namespace EventBus.Contracts;");
        Line(file, 0, "");
        Line(file, 0, "/// <summary>The types of the catalog's events, by sender.</summary>");
        Line(file, 0, "public static class EventTypes");
        Line(file, 0, "{");
        foreach (var (source, name) in Senders)
        {
            if (source != Senders[0].Source)
            {
                Line(file, 0, "");
            }

            Line(file, 1, $"/// <summary>Types of events from {name}.</summary>");
            Line(file, 1, $"public static class {name}");
            Line(file, 1, "{");
            var types = Catalog.Events.Where(e => e.Source == source).DistinctBy(e => e.Type, StringComparer.Ordinal).ToList();
            foreach (var description in types)
            {
                if (description != types[0])
                {
                    Line(file, 0, "");
                }

                Line(file, 2, $"/// <summary>{System.Security.SecurityElement.Escape(description.Description).Replace("&apos;", "'", StringComparison.Ordinal).Replace("&quot;", "\"", StringComparison.Ordinal)}</summary>");
                Line(file, 2, $"public const string {Constant(description.Type)} = \"{description.Type}\";");
            }

            Line(file, 1, "}");
        }

        Line(file, 0, "}");
        return file.ToString();
    }

    /// <summary>The words behind the source, in Pascal case.</summary>
    static string Constant(string type) => string.Concat(type.Split('.', '_')[1..].Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    static void Line(StringBuilder file, int depth, string text) => file.Append(' ', text.Length == 0 ? 0 : depth * 4).Append(text).Append('\n');
}
