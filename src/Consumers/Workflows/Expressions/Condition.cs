using System.Text.Json;

namespace EventBus.Consumers.Workflows.Expressions;

/// <summary>Something that holds, or not, of what a run knows.</summary>
abstract record Condition
{
    public abstract bool Holds(Scope scope);
}

/// <summary>All of them hold.</summary>
sealed record AllCondition(IReadOnlyList<Condition> Of) : Condition
{
    public override bool Holds(Scope scope) => Of.All(c => c.Holds(scope));
}

/// <summary>At least one of them holds.</summary>
sealed record AnyCondition(IReadOnlyList<Condition> Of) : Condition
{
    public override bool Holds(Scope scope) => Of.Any(c => c.Holds(scope));
}

/// <summary>It does not hold.</summary>
sealed record NotCondition(Condition Of) : Condition
{
    public override bool Holds(Scope scope) => !Of.Holds(scope);
}

/// <summary>There is a value, or there is none.</summary>
sealed record ExistsCondition(ValuePath Path, bool Expected) : Condition
{
    public override bool Holds(Scope scope) => Path.Find(scope) is not null == Expected;
}

/// <summary>A value is one of several.</summary>
sealed record InCondition(ValuePath Path, IReadOnlyList<Operand> Of) : Condition
{
    public override bool Holds(Scope scope) => Path.Find(scope) is { } value && Of.Any(o => o.Find(scope) is { } other && Scalar.AreEqual(value, other));
}

/// <summary>A number or a time is more or less than another.</summary>
/// <param name="Path">Which.</param>
/// <param name="Accepts">What holds of the comparison: below 0 where it is less.</param>
/// <param name="To">The other.</param>
sealed record CompareCondition(ValuePath Path, Func<int, bool> Accepts, Operand To) : Condition
{
    public override bool Holds(Scope scope) => Path.Find(scope) is { } value && To.Find(scope) is { } other && Scalar.Compare(value, other) is { } order && Accepts(order);
}

/// <summary>What a value is compared with.</summary>
/// <param name="Literal">As written.</param>
/// <param name="Path">Where it is found; null for what is written.</param>
sealed record Operand(JsonElement Literal, ValuePath? Path)
{
    public JsonElement? Find(Scope scope) => Path is null ? Literal : Path.Find(scope);
}
