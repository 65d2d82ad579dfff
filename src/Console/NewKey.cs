namespace EventBus.OperatorConsole;

/// <summary>A key that was just made; it is shown once.</summary>
/// <param name="Name">Whose.</param>
/// <param name="Key">The key.</param>
public sealed record NewKey(string Name, string Key)
{
    /// <inheritdoc/>
    public override string ToString() => $"the key of {Name}";
}
