using System.CommandLine;
using EventBus.Consumers.Workflows.Definitions;
using EventBus.Operations;
using EventBus.Operations.Access;
using EventBus.Storage;
using EventBus.Storage.Workflows;

namespace EventBus.Cli;

/// <summary><c>eventbus workflows check|list|show|cancel</c>.</summary>
static class WorkflowsCommand
{
    static readonly Argument<string> Run = new("run") { Description = "The run, as list shows it." };

    public static Command Create() => new("workflows", "Workflows: are their files right, what runs, and where does it stand.") { Check(), List(), Show(), Cancel() };

    static Command Check()
    {
        var paths = new Argument<string[]>("path") { Description = "Files, or a directory of *.yaml, *.yml and *.json.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("check", "Reads workflows as the service does at its start, and says everything that is wrong.") { paths };
        command.SetAction(parsed =>
        {
            var files = WorkflowFiles.Read(parsed.GetValue(paths)!);
            foreach (var error in files.Errors)
            {
                Console.Error.WriteLine(error);
            }

            foreach (var (file, workflow) in files.Workflows)
            {
                var endpoints = workflow.Steps.OfType<SendStep>().Select(s => s.Endpoint).Distinct(StringComparer.Ordinal).ToList();
                Console.Out.WriteLine(
                    $"{file}: {workflow.Name}, {(workflow.IsEnabled ? "started by" : "disabled; it would be started by")} {string.Join(", ", workflow.When.Events.Select(p => p.Text))}"
                    + (endpoints.Count == 0 ? "" : $"; sends to {string.Join(", ", endpoints)}"));
            }

            if (files.Errors.Count == 0 && files.Workflows.Count == 0)
            {
                Console.Error.WriteLine("There is no *.yaml, *.yml or *.json.");
            }

            return files.Errors.Count == 0 && files.Workflows.Count > 0 ? 0 : ExitCodes.Refused;
        });
        return command;
    }

    static Command List()
    {
        var workflow = new Option<string?>("--workflow") { Description = "Those of a workflow." };
        var status = new Option<RunStatus?>("--status") { Description = "running, waiting, completed, failed or canceled." };
        var tenant = new Option<string?>("--tenant") { Description = "Those of a clinic or instance." };
        var subject = new Option<string?>("--subject") { Description = "Those about a subject." };
        var limit = new Option<int>("--limit") { Description = "At most so many.", DefaultValueFactory = _ => 50 };
        var before = new Option<long?>("--before") { Description = "The next page: the number of the last one of the page before." };
        return StoredCommand.Create("list", "Runs, the newest first.", [workflow, status, tenant, subject, limit, before, StoredCommand.Json], async (parsed, database, cancellationToken) =>
        {
            var filter = new WorkflowRunFilter(parsed.GetValue(workflow), parsed.GetValue(status), parsed.GetValue(tenant), parsed.GetValue(subject));
            var runs = await new WorkflowRuns(database, TimeProvider.System).ListAsync(filter, parsed.GetValue(before), Math.Clamp(parsed.GetValue(limit), 1, 1000), cancellationToken);
            return Terminal.List(
                parsed, runs,
                ["Number", "Run", "Workflow", "Status", "Tenant", "Started", "Ended"],
                r => [r.Number, r.Run, r.Workflow, r.Status, r.Tenant, Terminal.Time(r.StartedAt), Terminal.Time(r.EndedAt)]);
        });
    }

    static Command Show() => StoredCommand.Create("show", "One run, step by step.", [Run, StoredCommand.Json], async (parsed, database, cancellationToken) =>
    {
        var run = await new WorkflowRuns(database, TimeProvider.System).FindAsync(parsed.GetValue(Run)!, cancellationToken) ?? throw new CommandException("There is no such run; eventbus workflows list shows them.");
        if (parsed.GetValue(StoredCommand.Json))
        {
            // Without the subject, which is a patient mostly.
            Terminal.Json(new
            {
                run = run.Key, run.Workflow, run.Definition, run.Status, run.Reason, run.Tenant, run.TriggerId, run.TriggerType, run.StartedAt, run.EndedAt, run.At,
                steps = run.Steps.Select(s => new { s.Path, s.Kind, s.State, s.BegunAt, s.EndedAt, s.Decision, s.Until, s.Endpoint, s.EventId }),
            });
            return 0;
        }

        await Console.Out.WriteLineAsync(
            $"{run.Workflow}: {WorkflowTables.NameOf(run.Status)}{(run.Reason is null ? "" : $", {run.Reason}")}\nstarted {Time(run.StartedAt)} by {run.TriggerType} {run.TriggerId}"
            + (run.EndedAt is null ? "" : $"\nended {Time(run.EndedAt)}"));
        Terminal.Table(
            ["Step", "What", "State", "Begun", "Ended", "Decided", "Until", "Endpoint", "Event"],
            run.Steps.Select(s => (object?[])[s.Path, s.Kind, s.State.ToString().ToLowerInvariant(), Time(s.BegunAt), Time(s.EndedAt), s.Decision, Time(s.Until), s.Endpoint, s.EventId]));
        await Console.Out.WriteLineAsync("The way of an event: eventbus events show <event>");
        return 0;
    });

    static Command Cancel()
    {
        var reason = new Option<string>("--reason") { Description = "Why.", Required = true };
        return StoredCommand.Create("cancel", "Ends a run: nothing more of it begins.", [Run, reason], async (parsed, database, _) =>
        {
            var sent = await new WorkflowRuns(database, TimeProvider.System).CancelAsync(Actor.CommandLine, parsed.GetValue(Run)!, parsed.GetValue(reason)!);
            await Console.Out.WriteLineAsync(sent switch
            {
                null => "Canceled.",
                { State: DeliveryState.Dead } => $"Canceled. Its message to {sent.Endpoint} is a dead letter: a retry would still deliver it, and nothing would follow.",
                { State: DeliveryState.Waiting } => $"Canceled. Its message to {sent.Endpoint} is on its way already, and is still delivered.",
                _ => $"Canceled. Its message to {sent.Endpoint} was {sent.State.ToString().ToLowerInvariant()} before.",
            });
            return 0;
        });
    }

    static string Time(DateTimeOffset? time) => Terminal.Time(time?.ToUnixTimeMilliseconds());
}
