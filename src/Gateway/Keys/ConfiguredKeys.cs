using EventBus.Operations.Access;
using EventBus.Storage;
using Microsoft.Extensions.Options;

namespace EventBus.Gateway.Keys;

/// <summary>The keys under <c>EventBus:Keys</c>.</summary>
sealed class ConfiguredKeys
{
    readonly Dictionary<string, Caller> _callers = new(StringComparer.Ordinal);

    /// <exception cref="OptionsValidationException">A key's settings are wrong; it names each with an example.</exception>
    public ConfiguredKeys(IConfiguration configuration)
    {
        var failures = new List<string>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var section in configuration.GetSection("EventBus:Keys").GetChildren())
        {
            failures.AddRange(section.Unknown(typeof(KeyOptions)));
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

    /// <summary>Whether there is none.</summary>
    public bool AreNone => _callers.Count == 0;

    /// <summary>The caller whose key has this hash; null where there is none.</summary>
    public Caller? Find(string hash) => _callers.GetValueOrDefault(hash);
}
