using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using EventBus.OperatorConsole.Access;
using Microsoft.Net.Http.Headers;

namespace EventBus.OperatorConsole;

/// <summary>The style sheet, the script and the icon, from within the assembly.</summary>
static class AssetRoutes
{
    static readonly FrozenDictionary<string, (string Type, byte[] Bytes, string Version)> Assets = new (string Name, string Type)[]
    {
        ("console.css", "text/css; charset=utf-8"), ("console.js", "text/javascript; charset=utf-8"), ("icon.svg", "image/svg+xml"),
    }.ToFrozenDictionary(a => a.Name, a => Read(a.Name, a.Type), StringComparer.Ordinal);

    /// <summary>Its address, which changes with its content.</summary>
    public static string Url(string name) => $"/assets/{name}?v={Assets[name].Version}";

    public static void MapAssets(this IEndpointRouteBuilder routes) => routes.MapGet("/assets/{name}", (string name, HttpContext context) =>
    {
        if (!Assets.TryGetValue(name, out var asset))
        {
            return Results.NotFound();
        }

        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return Results.Bytes(asset.Bytes, asset.Type, entityTag: new EntityTagHeaderValue($"\"{asset.Version}\""));
    }).WithMetadata(new OpenToAll());

    static (string, byte[], string) Read(string name, string type)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"assets/{name}")!;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return (type, memory.ToArray(), Convert.ToHexStringLower(SHA256.HashData(memory.ToArray()))[..12]);
    }
}
