namespace EventBus.Bench.Measuring;

/// <summary>CPU time used, by whom.</summary>
/// <param name="Service">The measured processes.</param>
/// <param name="Broker">The broker.</param>
/// <param name="Database">PostgreSQL.</param>
/// <param name="Load">The bench itself, which sends, and whatever receives.</param>
/// <param name="Others">Processes that have nothing to do with the bench.</param>
sealed record CpuReading(TimeSpan Service, TimeSpan Broker, TimeSpan Database, TimeSpan Load, TimeSpan Others)
{
    public static CpuReading operator -(CpuReading after, CpuReading before) => new(
        after.Service - before.Service, after.Broker - before.Broker, after.Database - before.Database, after.Load - before.Load, after.Others - before.Others);
}
