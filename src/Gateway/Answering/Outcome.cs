using System.Text.Json;
using EventBus.Contracts;
using EventBus.Storage;

namespace EventBus.Gateway.Answering;

/// <summary>What became of an event whose sender waited.</summary>
/// <param name="IsApplied">Whether it is done.</param>
/// <param name="Verdicts">What each responder said, as far as they had when it was decided.</param>
sealed record Outcome(bool IsApplied, IReadOnlyDictionary<string, Verdict> Verdicts)
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Who said no.</summary>
    public IEnumerable<KeyValuePair<string, Verdict>> Refusals => Verdicts.Where(v => !v.Value.IsAccepted);

    public static Outcome Of(Answer answer) => new(
        answer.State == AnswerState.Applied, answer.Verdicts is null ? new Dictionary<string, Verdict>(StringComparer.Ordinal) : JsonSerializer.Deserialize<Dictionary<string, Verdict>>(answer.Verdicts, Json)!);
}
