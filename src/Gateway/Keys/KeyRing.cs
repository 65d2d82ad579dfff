using System.Net.Http.Headers;
using EventBus.Gateway.Ingress;
using EventBus.Operations.Access;

namespace EventBus.Gateway.Keys;

/// <summary>The keys under <c>EventBus:Keys</c>, and those in the storage. Without any, whoever can reach the gateway may send; it then serves loopback only.</summary>
sealed class KeyRing(ConfiguredKeys configured, StoredKeys stored)
{
    /// <summary>Whether there are no keys at all.</summary>
    public bool IsOpen => configured.AreNone && stored.AreNone;

    /// <summary>The caller with this key, or null.</summary>
    public Caller? Find(string key)
    {
        var hash = ApiKey.Hash(key);
        return configured.Find(hash) ?? stored.Find(hash);
    }

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
