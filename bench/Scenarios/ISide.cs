using EventBus.Bench.Load;
using EventBus.Bench.Measuring;

namespace EventBus.Bench.Scenarios;

/// <summary>Ours or the twin, ready to be measured: its processes, its queues and tables, and the load on it.</summary>
interface ISide : IAsyncDisposable
{
    /// <summary>The processes that are measured.</summary>
    IReadOnlyList<Child> Measured { get; }

    /// <summary>Those that send or receive beside the bench itself.</summary>
    IReadOnlyList<Child> Helpers => [];

    /// <summary>Makes ready what a measurement needs; not measured itself.</summary>
    Task PrepareAsync(TimeSpan duration, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>What is measured.</summary>
    Task<Outcome> RunAsync(TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Counts what is not where it has to be, and clears away what the measurement has left; not measured itself.</summary>
    Task<Outcome> SettleAsync(Outcome outcome, CancellationToken cancellationToken);
}
