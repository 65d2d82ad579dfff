namespace EventBus.Operations.Access;

/// <summary>Who acts.</summary>
/// <param name="Name">The account.</param>
/// <param name="Role">Its role.</param>
/// <param name="Payloads">Whether it may see payloads and subjects.</param>
/// <param name="Face">By which way: <c>console</c> or <c>cli</c>.</param>
public sealed record Actor(string Name, Role Role, bool Payloads, string Face)
{
    /// <summary>The face of the web pages.</summary>
    public const string Console = "console";

    /// <summary>The face of the command line.</summary>
    public const string Cli = "cli";

    /// <summary>Whoever runs the command line; who may read the storage's settings may do everything.</summary>
    public static Actor CommandLine { get; } = new(Environment.UserName, Role.Admin, Payloads: true, Cli);

    /// <summary>Whether it has a permission.</summary>
    public bool May(Permission permission) => permission switch
    {
        Permission.Operate => Role >= Role.Operator,
        Permission.Payloads => Payloads,
        Permission.Administer => Role == Role.Admin,
        _ => throw new ArgumentOutOfRangeException(nameof(permission), permission, "is no permission"),
    };

    /// <summary>Refuses what it has no permission for.</summary>
    /// <exception cref="NotPermittedException">It may not.</exception>
    public void Demand(Permission permission)
    {
        if (!May(permission))
        {
            throw new NotPermittedException(permission switch
            {
                Permission.Operate => $"{Name} may look, and change nothing: that takes the role operator.",
                Permission.Payloads => $"{Name} may not see payloads and subjects: an admin can permit it.",
                _ => $"{Name} may not do this: it takes the role admin.",
            });
        }
    }
}
