using EventBus.Contracts;

namespace EventBus.Delivery.Lanes;

/// <summary>A consumer, as its lanes see it. Its endpoints may change while it works.</summary>
/// <param name="name">Its name, and that of its queues.</param>
/// <param name="patterns">What it responds to.</param>
/// <param name="targets">Its handler, and its endpoints; the same object for the same target.</param>
public sealed class LaneConsumer(string name, Func<IReadOnlyList<TypePattern>> patterns, Func<IReadOnlyList<DeliveryTarget>> targets)
{
    volatile IReadOnlyList<TypePattern> _patterns = patterns();

    /// <summary>Changes last: whoever sees another list sees the patterns that belong to it.</summary>
    volatile IReadOnlyList<DeliveryTarget> _targets = targets();

    /// <summary>Its name, and that of its queues.</summary>
    public string Name => name;

    /// <summary>What it responds to.</summary>
    public IReadOnlyList<TypePattern> Patterns => _patterns;

    /// <summary>Its handler, and its endpoints; another list after each change.</summary>
    public IReadOnlyList<DeliveryTarget> Targets => _targets;

    /// <summary>Whether it responds to events of this type.</summary>
    public bool Asks(string type) => Patterns.Any(p => p.Matches(type));

    /// <summary>Looks again; its lanes follow within a second.</summary>
    public void Refresh()
    {
        _patterns = patterns();
        _targets = targets();
    }
}
