using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace EventBus.Contracts;

/// <summary>One sender's data file of the catalog, and the samples it names.</summary>
sealed record CatalogFile(string Source, string Title, IReadOnlyList<string> Subject, IReadOnlyList<CatalogNote> Notes, IReadOnlyList<EventDescription> Events)
{
    static readonly string[] Names = ["canvas", "careportals", "eventbus", "smartflowsheet"];

    public static IEnumerable<CatalogFile> LoadAll() => Names.Select(name =>
    {
        using var stream = Open($"{name}.json");
        var file = JsonSerializer.Deserialize(stream, CatalogJson.Default.Definition)!;
        return new CatalogFile(file.Source, file.Title, file.Subject, file.Notes, [.. file.Events.Select(e => Describe(file, e))]);
    });

    static EventDescription Describe(Definition file, Entry entry) => new(
        file.Source,
        entry.Name,
        entry.Type,
        entry.Description,
        entry.Synchronous,
        entry.Subject ?? file.Subject,
        file.Path.Replace("{event}", entry.Name, StringComparison.Ordinal),
        entry.Shape,
        Sample(entry));

    static JsonElement Sample(Entry entry)
    {
        using var stream = Open($"samples/{entry.Sample}.json");
        var sample = JsonNode.Parse(stream)!.AsObject();
        foreach (var (name, value) in entry.With ?? [])
        {
            sample[name] = value?.DeepClone();
        }

        return JsonSerializer.SerializeToElement(sample, CatalogJson.Default.JsonObject);
    }

    static Stream Open(string name) =>
        Assembly.GetExecutingAssembly().GetManifestResourceStream($"Catalog/{name}")
        ?? throw new InvalidOperationException($"The catalog names {name}, which is not embedded.");

    internal sealed record Definition(string Source, string Title, string Path, IReadOnlyList<string> Subject, IReadOnlyList<CatalogNote> Notes, IReadOnlyList<Entry> Events);

    internal sealed record Entry(
        string Name, string Type, string Description, string Shape, string Sample,
        bool Synchronous = false, IReadOnlyList<string>? Subject = null, JsonObject? With = null);
}

[JsonSerializable(typeof(CatalogFile.Definition))]
[JsonSerializable(typeof(JsonObject))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, UseStringEnumConverter = true, RespectRequiredConstructorParameters = true)]
sealed partial class CatalogJson : JsonSerializerContext;
