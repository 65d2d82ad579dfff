using System.Net.Http.Headers;
using EventBus.Gateway.Ingress;
using Microsoft.Extensions.Options;

namespace EventBus.Gateway.Keys;

/// <summary>The keys under <c>EventBus:Keys</c>. Without any, whoever can reach the gateway may send; it then serves loopback only.</summary>
sealed class KeyRing
{
    readonly Dictionary<string, Caller> _callers = new(StringComparer.Ordinal);

    /// <exception cref="OptionsValidationException">A key's settings are wrong; it names each with an example.</exception>
    public KeyRing(IConfiguration configuration)
    {
        var failures = new List<string>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var section in configuration.GetSection("EventBus:Keys").GetChildren())
        {
            var key = section.Get<KeyOptions>() ?? new KeyOptions();
            var variable = $"EventBus__Keys__{section.Key}__";
            if (string.IsNullOrWhiteSpace(key.Name) || !names.Add(key.Name))
            {
                failures.Add($"{section.Path}:Name is missing or stands twice; for example {variable}Name=canvas-production");
            }

            if (!ApiKey.IsHash(key.Hash))
            {
                failures.Add($"{section.Path}:Hash is not sha256: and 64 hexadecimal digits; make a key with: dotnet run --project src/Cli -- keys create --name … --source …");
            }
            else if (!_callers.TryAdd(key.Hash!, new Caller(key.Name ?? "", [.. key.Sources], key.Tenant)))
            {
                failures.Add($"{section.Path}:Hash stands at another key already; each key has one entry");
            }

            if (key.Sources.Count == 0 || key.Sources.Any(string.IsNullOrWhiteSpace))
            {
                failures.Add($"{section.Path}:Sources is missing; for example {variable}Sources__0=canvas");
            }
        }

        if (failures.Count > 0)
        {
            throw new OptionsValidationException("EventBus:Keys", typeof(KeyOptions), failures);
        }
    }

    /// <summary>Whether there are no keys at all.</summary>
    public bool IsOpen => _callers.Count == 0;

    /// <summary>The caller with this key, or null.</summary>
    public Caller? Find(string key) => _callers.GetValueOrDefault(ApiKey.Hash(key));

    /// <summary>The caller whose key stands in <c>Authorization: Bearer</c> (RFC 6750, 2.1).</summary>
    /// <exception cref="Refusal">401: there is none.</exception>
    public Caller Identify(HttpRequest request) =>
        IsOpen ? Caller.Local
        : AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header)
            && string.Equals(header.Scheme, "Bearer", StringComparison.OrdinalIgnoreCase)
            && header.Parameter is { Length: > 0 } key
            && Find(key) is { } caller ? caller
        : throw Refusal.Unauthorized();

    /// <summary>The caller, if it may send for a source.</summary>
    /// <exception cref="Refusal">401 or 403.</exception>
    public Caller Identify(HttpRequest request, string source) =>
        Identify(request) is var caller && caller.MaySendFor(source) ? caller : throw Refusal.Forbidden();
}
