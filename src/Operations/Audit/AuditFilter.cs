namespace EventBus.Operations.Audit;

/// <summary>Selects audit entries; what is null asks for nothing.</summary>
/// <param name="Actor">The account, letter for letter.</param>
/// <param name="Action">What was done, or what it begins with: <c>dead</c>.</param>
/// <param name="Target">To what, letter for letter.</param>
public sealed record AuditFilter(string? Actor = null, string? Action = null, string? Target = null);
