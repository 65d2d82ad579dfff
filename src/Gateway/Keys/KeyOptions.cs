using EventBus.Operations.Access;

namespace EventBus.Gateway.Keys;

/// <summary>Settings of one publisher's key, under <c>EventBus:Keys:&lt;n&gt;</c>.</summary>
public sealed class KeyOptions
{
    /// <summary>Whose key it is; unique.</summary>
    public string? Name { get; set; }

    /// <summary>The key's hash, as <c>eventbus keys create</c> prints it (<see cref="ApiKey.Hash"/>).</summary>
    public string? Hash { get; set; }

    /// <summary>The sources it may send for: <c>canvas</c>, <c>careportals</c>, <c>smartflowsheet</c>, a CloudEvents source with everything below it, or <c>*</c>.</summary>
    public IList<string> Sources { get; } = [];

    /// <summary>The clinic or instance that its events belong to.</summary>
    public string? Tenant { get; set; }
}
