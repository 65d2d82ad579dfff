using EventBus.Operations;

namespace EventBus.OperatorConsole.Components;

/// <summary>Who asks for a type, and how much of it comes, in words.</summary>
static class Askers
{
    /// <summary>Consumers and endpoints, with the pages that tell more of them.</summary>
    public static IEnumerable<(string Name, string Path)> Of(IEnumerable<ConsumerSummary> consumers, string type) => consumers
        .Where(c => c.Asks(type))
        .Select(c => (c.Target, c.Endpoint.Length == 0 ? "/queues" : $"/endpoints/{Uri.EscapeDataString(c.Endpoint)}"))
        .Distinct();

    /// <summary>How many there were within the last day.</summary>
    public static string Volume(SeenType? seen) => seen is null ? "–" : seen.LastDay >= SeenTypes.MaxCount ? $"{Times.Number(SeenTypes.MaxCount)} or more" : Times.Number(seen.LastDay);
}
