using EventBus.Storage;
using EventBus.Storage.Workflows;

namespace EventBus.Consumers.Workflows.Runs;

/// <summary>Says at start which runs wait for events that no file asks for any more, so that they do not come: a file was taken away, or changed, while runs were under way.</summary>
sealed partial class UnheardWaits(Database database, WorkflowSet workflows, ILogger<UnheardWaits> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var asked = workflows.Patterns.Select(p => p.Text).ToHashSet(StringComparer.Ordinal);
        foreach (var (hash, name, runs) in await WorkflowTables.OpenDefinitionsAsync(database, cancellationToken))
        {
            var workflow = workflows.Find(hash) ?? await database.TransactAsync(async transaction => workflows.Keep(await WorkflowTables.DefinitionAsync(transaction, hash)), cancellationToken);
            if (workflow?.Waits.SelectMany(w => w.Until!.Events).FirstOrDefault(p => !asked.Contains(p.Text)) is { } pattern)
            {
                LogUnheard(logger, runs, name, pattern.Text);
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(802, LogLevel.Warning, "{Count} runs of workflow {Workflow} began with a definition that waits for '{Pattern}', which no file asks for any more; keep the file, with enabled: false, until they have ended")]
    static partial void LogUnheard(ILogger logger, long count, string workflow, string pattern);
}
