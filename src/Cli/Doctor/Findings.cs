namespace EventBus.Cli.Doctor;

/// <summary>What the doctor has found, in the order in which it looked.</summary>
sealed class Findings
{
    readonly List<Finding> _all = [];

    public IReadOnlyList<Finding> All => _all;

    public void Well(string part, string what) => _all.Add(new Finding(part, Verdict.Well, what, null));

    public void Look(string part, string what, string advice) => _all.Add(new Finding(part, Verdict.Look, what, advice));

    public void Wrong(string part, string what, string advice) => _all.Add(new Finding(part, Verdict.Wrong, what, advice));
}

/// <summary>What was found.</summary>
/// <param name="Part">Where.</param>
/// <param name="Verdict">How it is.</param>
/// <param name="What">What is so.</param>
/// <param name="Advice">What to do about it.</param>
sealed record Finding(string Part, Verdict Verdict, string What, string? Advice);

/// <summary>How something is.</summary>
enum Verdict
{
    Well,

    /// <summary>Nothing fails by it now.</summary>
    Look,

    Wrong,
}
