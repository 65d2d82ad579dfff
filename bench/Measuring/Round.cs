using System.Text.Json.Serialization;

namespace EventBus.Bench.Measuring;

/// <summary>One measurement of one side.</summary>
/// <param name="Events">Events confirmed, or brought.</param>
/// <param name="EventsPerSecond">The same, by the second.</param>
/// <param name="P50Milliseconds">Of a request, a publish, or in the scenario <c>latency</c> an event from acceptance to receiver; 0 where nothing of that kind is timed.</param>
/// <param name="P95Milliseconds">The same.</param>
/// <param name="P99Milliseconds">The same.</param>
/// <param name="Cpu">CPU seconds for 10,000 events.</param>
/// <param name="AllocatedBytes">Bytes that the measured processes allocated for an event.</param>
/// <param name="Compiling">How long the runtimes of the measured processes were compiling, in seconds by the second.</param>
/// <param name="OthersCpu">How much of the machine other processes took meanwhile, 0 to 1.</param>
/// <param name="Failed">Events that were not confirmed.</param>
/// <param name="Lost">Events that were confirmed and are not where they have to be.</param>
/// <param name="OutOfOrder">Events that came before an earlier one of their subject, or twice.</param>
/// <param name="FirstError">What went wrong first.</param>
sealed record Round(
    long Events, double EventsPerSecond, double P50Milliseconds, double P95Milliseconds, double P99Milliseconds, CpuSeconds Cpu, double AllocatedBytes, double Compiling, double OthersCpu,
    long Failed, long Lost, long OutOfOrder, string? FirstError)
{
    /// <summary>Why its figures count for nothing; null where they count.</summary>
    [JsonIgnore]
    public string? Failure => Failed > 0 || Lost > 0 || OutOfOrder > 0 ? $"{Failed} events not confirmed, {Lost} lost, {OutOfOrder} out of order; {FirstError}" : null;
}

/// <summary>CPU seconds for 10,000 events, by whom.</summary>
/// <param name="Service">The measured processes.</param>
/// <param name="Broker">The broker.</param>
/// <param name="Database">PostgreSQL.</param>
/// <param name="Load">What sends and receives; where the measured process itself sends, next to nothing.</param>
sealed record CpuSeconds(double Service, double Broker, double Database, double Load)
{
    /// <summary>All but the load.</summary>
    public double Measured => Service + Broker + Database;

    /// <summary>Part by part the middle of several.</summary>
    public static CpuSeconds MedianOf(IReadOnlyList<Round> rounds) => new(
        Median.Of(rounds.Select(r => r.Cpu.Service)), Median.Of(rounds.Select(r => r.Cpu.Broker)), Median.Of(rounds.Select(r => r.Cpu.Database)), Median.Of(rounds.Select(r => r.Cpu.Load)));
}
