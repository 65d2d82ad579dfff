using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace EventBus.Tests.Contracts;

/// <summary>The XML documentation of the contracts, as Markdown.</summary>
static partial class ContractDocs
{
    static readonly Dictionary<string, XElement> Summaries = XDocument
        .Load(Path.Combine(AppContext.BaseDirectory, "EventBus.Contracts.xml"))
        .Descendants("member").Where(m => m.Element("summary") is not null)
        .ToDictionary(m => m.Attribute("name")!.Value, m => m.Element("summary")!, StringComparer.Ordinal);

    static readonly Dictionary<string, XElement> Parameters = XDocument
        .Load(Path.Combine(AppContext.BaseDirectory, "EventBus.Contracts.xml"))
        .Descendants("param").Where(p => p.Parent!.Attribute("name")!.Value.StartsWith("T:", StringComparison.Ordinal))
        .ToDictionary(p => $"P:{p.Parent!.Attribute("name")!.Value[2..]}.{p.Attribute("name")!.Value}", p => p, StringComparer.Ordinal);

    public static string Of(Type type) => Text($"T:{type.FullName}");

    public static string Of(PropertyInfo property) => Text($"P:{property.DeclaringType!.FullName}.{property.Name}");

    public static string Of(Enum member) => Text($"F:{member.GetType().FullName}.{member}");

    static string Text(string name) =>
        Summaries.TryGetValue(name, out var summary) || Parameters.TryGetValue(name, out summary)
            ? Space().Replace(string.Concat(summary.Nodes().Select(Markdown)), " ").Trim()
            : throw new InvalidOperationException($"{name} has no documentation.");

    static string Markdown(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement see when see.Attribute("cref") is { } reference => $"`{reference.Value[(reference.Value.LastIndexOf('.') + 1)..]}`",
        XElement see when see.Attribute("href") is { } link => $"[{see.Value}]({link.Value})",
        _ => throw new InvalidOperationException($"{node} is not expected in documentation."),
    };

    [GeneratedRegex(@"\s+", RegexOptions.None, 1000)]
    private static partial Regex Space();
}
