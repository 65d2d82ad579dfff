namespace EventBus.Contracts;

/// <summary>What consumers get of a known event: its sample payload, as the gateway would publish it.</summary>
public static class EventSample
{
    /// <summary>The sample event of a description.</summary>
    public static CloudEvent Of(EventDescription description)
    {
        ArgumentNullException.ThrowIfNull(description);
        return new UnclassifiedEvent
        {
            Id = "019e0000-0000-7000-8000-000000000001",
            Source = description.Source,
            Type = description.Type,
            NativeType = description.Name,
            Subject = PayloadPath.First(description.Sample, description.Subject),
            Time = "2026-01-31T09:30:00.000Z",
            DataContentType = "application/json",
            Data = description.Sample,
        }.Classify();
    }
}
