using EventBus.Consumers.Hosting.Reactions;
using EventBus.Storage.Workflows;

namespace EventBus.Consumers.Workflows.Runs;

/// <summary>Ends the waits whose time has come.</summary>
sealed class RunTimers(WorkflowRunner runner) : ITimerHandler
{
    public string Kind => WorkflowTables.Kind;

    public Task RingAsync(Reaction reaction, string key, string name) => runner.RingAsync(reaction, key);
}
