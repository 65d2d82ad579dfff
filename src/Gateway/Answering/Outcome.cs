using EventBus.Contracts;
using EventBus.Storage;

namespace EventBus.Gateway.Answering;

/// <summary>What became of an event whose sender waited.</summary>
/// <param name="State">What was decided.</param>
/// <param name="Verdicts">What each responder said, as far as they had when it was decided.</param>
/// <param name="Caller">The endpoint whose answer decided; null where there is none.</param>
sealed record Outcome(AnswerState State, IReadOnlyDictionary<string, Verdict> Verdicts, string? Caller)
{
    /// <summary>Who said no.</summary>
    public IEnumerable<KeyValuePair<string, Verdict>> Refusals => Verdicts.Where(v => !v.Value.IsAccepted);
}
