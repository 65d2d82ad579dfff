namespace EventBus.Standalone.Demo;

/// <summary>The key that the demo sends with; null where the gateway asks for none.</summary>
sealed record DemoKey(string? Value)
{
    public override string ToString() => "demo key";
}
