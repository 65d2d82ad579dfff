using System.Collections.Concurrent;
using System.Text.Json;
using EventBus.Consumers.Workflows.Definitions;
using EventBus.Consumers.Workflows.Runs;
using EventBus.Contracts;
using EventBus.Delivery;
using Microsoft.Extensions.Options;

namespace EventBus.Consumers.Workflows;

/// <summary>The workflows of this host, and the earlier definitions that runs began with.</summary>
sealed class WorkflowSet
{
    readonly ConcurrentDictionary<string, Workflow> _byHash = new(StringComparer.Ordinal);

    /// <summary>Keeps those that are given.</summary>
    public WorkflowSet(IReadOnlyList<Workflow> workflows)
    {
        All = workflows;
        foreach (var workflow in workflows)
        {
            _byHash[workflow.Hash] = workflow;
        }
    }

    /// <summary>Those of the files.</summary>
    public IReadOnlyList<Workflow> All { get; }

    /// <summary>What this consumer asks for: what starts a workflow, what ends a wait, and what is sent.</summary>
    public IReadOnlyList<TypePattern> Patterns => All.Count == 0 ? [] :
    [
        .. All.SelectMany(w => w.When.Events.Concat(w.Waits.SelectMany(s => s.Until!.Events))).Concat(TypePattern.Read(OwnEvents.MessageType)).DistinctBy(p => p.Text, StringComparer.Ordinal),
    ];

    /// <summary>Reads those of the directory that the settings name.</summary>
    /// <exception cref="OptionsValidationException">A file is faulty, or an endpoint that is sent to is not configured; it has every error.</exception>
    public static WorkflowSet Read(WorkflowOptions options, WebhookEndpoints endpoints)
    {
        const string Key = "EventBus:Workflows:Directory";
        if (options.Directory is not { Length: > 0 } directory)
        {
            return new WorkflowSet([]);
        }

        if (!Directory.Exists(directory))
        {
            throw new OptionsValidationException(Key, typeof(WorkflowOptions), [$"{Key} names {directory}, which is no directory; for example EventBus__Workflows__Directory=/etc/eventbus/workflows"]);
        }

        var files = WorkflowFiles.Read([directory]);
        var known = endpoints.Of(DeliveringConsumers.Workflows).Select(e => e.Name).ToHashSet(StringComparer.Ordinal);
        var errors = files.Errors.Select(e => e.ToString()).ToList();
        foreach (var (file, workflow) in files.Workflows)
        {
            errors.AddRange(workflow.Steps.OfType<SendStep>().Where(s => !known.Contains(s.Endpoint)).Select(s =>
                $"{file}: {s.Path}.send.endpoint is '{s.Endpoint}', and EventBus:Endpoints has none of this name for workflows; for example EventBus__Endpoints__0__Name={s.Endpoint} "
                + "EventBus__Endpoints__0__Consumer=Workflows EventBus__Endpoints__0__Url=https://hooks.example.org/messages"));
        }

        return errors.Count == 0 ? new WorkflowSet([.. files.Workflows.Select(f => f.Workflow)])
            : throw new OptionsValidationException(Key, typeof(WorkflowOptions), [.. errors, $"A workflow that is valid: {WorkflowReader.Example}"]);
    }

    /// <summary>A definition by its hash; null where only the storage has it.</summary>
    public Workflow? Find(string hash) => _byHash.GetValueOrDefault(hash);

    /// <summary>Takes a definition of the storage; null where this version does not take it any more.</summary>
    public Workflow? Keep(string body)
    {
        var workflow = WorkflowReader.Read(JsonElement.Parse(body), (_, _) => { });
        return workflow is null ? null : _byHash.GetOrAdd(workflow.Hash, workflow);
    }
}
