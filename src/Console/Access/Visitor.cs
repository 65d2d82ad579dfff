using EventBus.Operations.Access;

namespace EventBus.OperatorConsole.Access;

/// <summary>Who makes the request.</summary>
sealed class Visitor
{
    /// <summary>Null where nobody is signed in.</summary>
    public Session? Current { get; set; }

    /// <summary>How many alerts are open, and how many of those nobody looks after.</summary>
    public (long Open, long Unattended) Alerts { get; set; }

    /// <summary>For pages that are there for who is signed in.</summary>
    public Session Session => Current ?? throw new InvalidOperationException("Nobody is signed in.");

    public Actor Actor => Session.Actor;

    public bool May(Permission permission) => Current?.Actor.May(permission) ?? false;
}
