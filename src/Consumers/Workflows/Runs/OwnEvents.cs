using System.Globalization;
using System.Text.Json;
using EventBus.Consumers.Workflows.Definitions;
using EventBus.Consumers.Workflows.Expressions;
using EventBus.Contracts;
using EventBus.Delivery;
using EventBus.Storage.Workflows;

namespace EventBus.Consumers.Workflows.Runs;

/// <summary>The events that workflows publish. Their ids follow from run and step, so that each is the same however often it is published.</summary>
static class OwnEvents
{
    /// <summary>Their source.</summary>
    public const string Source = DeliveringConsumers.WorkflowSource;

    /// <summary>What carries a body to an endpoint.</summary>
    public const string MessageType = EventTypes.EventBus.WebhookWorkflowMessage;

    /// <summary>Workflows that may follow from each other, by events that they publish.</summary>
    public const int MaxHops = 8;

    const string HopsName = "eventbushops";

    /// <summary>How many workflows have led to an event.</summary>
    public static int HopsOf(CloudEvent @event) =>
        @event.Extensions.TryGetValue(HopsName, out var hops) && hops.ValueKind == JsonValueKind.String && int.TryParse(hops.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : 0;

    /// <summary>What a step sends, addressed to its endpoint.</summary>
    public static CloudEvent Message(WorkflowRun run, SendStep step, Scope scope, DateTimeOffset now) =>
        Make(run, step, MessageType, run.Subject, step.Body.Render(scope), scope, now).WithExtension(CloudEvent.OnlyToName, step.Endpoint);

    /// <summary>What a step publishes.</summary>
    public static CloudEvent Published(WorkflowRun run, PublishStep step, Scope scope, DateTimeOffset now)
    {
        if (run.Hops >= MaxHops)
        {
            throw new StepFailedException($"more than {MaxHops} workflows have followed from each other");
        }

        var subject = step.Subject is null ? run.Subject : step.Subject.Render(scope) switch
        {
            { ValueKind: JsonValueKind.String } text when Scalar.TextOf(text) is { Length: > 0 } subjectText => subjectText,
            { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
            _ => throw new StepFailedException("what comes of the subject is no text"),
        };
        return Make(run, step, step.Type, subject, step.Data.Render(scope), scope, now);
    }

    static CloudEvent Make(WorkflowRun run, Step step, string type, string? subject, JsonElement data, Scope scope, DateTimeOffset now)
    {
        var made = new UnclassifiedEvent
        {
            Id = $"{run.Key}.{step.Path}",
            Source = Source,
            Type = type,
            Tenant = run.Tenant,
            Subject = subject,
            Time = EventJson.Time(now),
            TraceParent = scope.Trigger.TraceParent,
            Data = data,
        }.Classify().WithExtension(HopsName, (run.Hops + 1).ToString(CultureInfo.InvariantCulture));

        // What is stored to be published has to be an event: nothing behind it would go out.
        return EventReader.Check(made) is { Count: > 0 } errors ? throw new StepFailedException($"what comes of it is no event: {string.Join("; ", errors)}") : made;
    }
}
