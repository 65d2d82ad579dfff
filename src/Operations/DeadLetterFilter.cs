namespace EventBus.Operations;

/// <summary>Selects dead letters; what is null asks for nothing.</summary>
/// <param name="Delivery">One of them.</param>
/// <param name="CauseGroup">Those with one cause.</param>
/// <param name="Consumer">Those of a consumer.</param>
/// <param name="Endpoint">Those of an endpoint; empty is the consumer's own handler.</param>
/// <param name="State">dead, retry, retried or discarded.</param>
public sealed record DeadLetterFilter(long? Delivery = null, string? CauseGroup = null, string? Consumer = null, string? Endpoint = null, string? State = null)
{
    /// <summary>Only these of them.</summary>
    public IReadOnlyList<long>? Deliveries { get; init; }
}
