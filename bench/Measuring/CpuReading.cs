namespace EventBus.Bench.Measuring;

/// <summary>CPU time used, by whom.</summary>
/// <param name="Service">The measured process.</param>
/// <param name="Broker">The broker.</param>
/// <param name="Load">The bench itself, which sends.</param>
/// <param name="Machine">All processes.</param>
sealed record CpuReading(TimeSpan Service, TimeSpan Broker, TimeSpan Load, TimeSpan Machine)
{
    /// <summary>Processes that have nothing to do with the bench.</summary>
    public TimeSpan Others => Machine - Service - Broker - Load;

    public static CpuReading operator -(CpuReading after, CpuReading before) =>
        new(after.Service - before.Service, after.Broker - before.Broker, after.Load - before.Load, after.Machine - before.Machine);
}
