using System.Text.Json;
using EventBus.Contracts;

namespace EventBus.Gateway.Ingress;

/// <summary>Reads an array of events: all or none, and every error of every event at once.</summary>
static class Batch
{
    /// <exception cref="Refusal">The array is empty, or at least one event is wrong.</exception>
    public static IReadOnlyList<CloudEvent?> Read(JsonElement array, Func<JsonElement, int, CloudEvent?> read)
    {
        if (array.GetArrayLength() == 0)
        {
            throw Refusal.BadRequest("The array is empty.", new FieldError("body", "is an empty array; send at least one event"));
        }

        var events = new List<CloudEvent?>(array.GetArrayLength());
        var errors = new List<FieldError>();
        foreach (var item in array.EnumerateArray())
        {
            try
            {
                events.Add(read(item, events.Count));
            }
            catch (Refusal refusal) when (refusal.Status == StatusCodes.Status400BadRequest)
            {
                errors.AddRange(refusal.Errors.Select(e => e with { Index = events.Count }));
                events.Add(null);
            }
        }

        return errors.Count == 0
            ? events
            : throw Refusal.BadRequest($"{errors.Select(e => e.Index).Distinct().Count()} of {events.Count} events are wrong, so none was taken.", errors);
    }
}
