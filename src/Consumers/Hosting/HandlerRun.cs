using System.Data.Common;
using EventBus.Contracts;

namespace EventBus.Consumers.Hosting;

/// <summary>One event in the hands of a consumer: what it says of it, and what is to be saved with the outcome.</summary>
sealed class HandlerRun(TimeProvider time)
{
    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    readonly List<Func<DbTransaction, Task>> _saves = [];

    /// <summary>What the consumer says.</summary>
    public EventOutcome Outcome { get; set; } = EventOutcome.Processed;

    /// <summary>Whether any of the class's handlers took the event.</summary>
    public bool IsTaken { get; set; }

    /// <summary>What the consumer threw.</summary>
    public Exception? Exception { get; set; }

    /// <summary>Everything that the consumer saves; null where it saves nothing.</summary>
    public Func<DbTransaction, Task>? Save => _saves.Count == 0 ? null : async transaction =>
    {
        foreach (var save in _saves)
        {
            await save(transaction);
        }
    };

    public void Add(Func<DbTransaction, Task> save) => _saves.Add(save);
}
