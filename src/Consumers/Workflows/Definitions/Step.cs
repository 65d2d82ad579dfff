using EventBus.Consumers.Workflows.Expressions;
using EventBus.Contracts;

namespace EventBus.Consumers.Workflows.Definitions;

/// <summary>A step of a workflow.</summary>
/// <param name="Path">Where it stands in the definition, which is what it is known by: <c>then[1].timeout[0]</c>.</param>
abstract record Step(string Path)
{
    /// <summary>The word that definitions use for it.</summary>
    public abstract string Kind { get; }

    /// <summary>The lists of steps within it.</summary>
    public virtual IEnumerable<IReadOnlyList<Step>> Inner => [];
}

/// <summary>Sends a body to an endpoint; over when it was delivered.</summary>
sealed record SendStep(string Path, string Endpoint, Template Body) : Step(Path)
{
    public override string Kind => "send";
}

/// <summary>Publishes an event.</summary>
sealed record PublishStep(string Path, string Type, Template Data, Template? Subject) : Step(Path)
{
    public override string Kind => "publish";
}

/// <summary>Waits for a time, or for an event of the same subject, but no longer than a time.</summary>
/// <param name="Path">Where it stands.</param>
/// <param name="Limit">How long.</param>
/// <param name="Until">What ends it before; null: nothing.</param>
/// <param name="Arrived">What is done then.</param>
/// <param name="Timeout">What is done where it does not come.</param>
sealed record WaitStep(string Path, TimeSpan Limit, EventCondition? Until, IReadOnlyList<Step> Arrived, IReadOnlyList<Step> Timeout) : Step(Path)
{
    public override string Kind => "wait";

    public override IEnumerable<IReadOnlyList<Step>> Inner => [Arrived, Timeout];
}

/// <summary>Goes on with the steps of the first case whose condition holds.</summary>
sealed record BranchStep(string Path, IReadOnlyList<BranchCase> Cases) : Step(Path)
{
    public override string Kind => "branch";

    public override IEnumerable<IReadOnlyList<Step>> Inner => Cases.Select(c => c.Then);
}

/// <summary>One case of a branch.</summary>
/// <param name="If">Its condition; null for the one that is left.</param>
/// <param name="Then">Its steps.</param>
sealed record BranchCase(Condition? If, IReadOnlyList<Step> Then);

/// <summary>Ends the run.</summary>
sealed record EndStep(string Path, string Reason) : Step(Path)
{
    public override string Kind => "end";
}

/// <summary>Which events are meant.</summary>
/// <param name="Events">Patterns over types.</param>
/// <param name="Where">What holds of them besides; null: nothing.</param>
sealed record EventCondition(IReadOnlyList<TypePattern> Events, Condition? Where)
{
    public bool Matches(string type) => Events.Any(p => p.Matches(type));

    public bool Holds(Scope scope, CloudEvent of) => Matches(of.Type) && Where?.Holds(scope) != false;
}
