using System.Text.Json;
using System.Text.Json.Serialization;
using EventBus.Contracts;

namespace EventBus.Consumers.CommandLifecycle;

/// <summary>The events that this consumer publishes.</summary>
static class CommandEvents
{
    static readonly JsonSerializerOptions Options = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = { new RawPayload() }, MaxDepth = RawPayload.MaxDepth,
    };

    /// <summary>An event that tells of a finding. It has the form of a Canvas event, so that the contract's views read it.</summary>
    public static CommandEvent Of(string key, CommandRecord record, Finding finding, DateTimeOffset now)
    {
        var completed = finding.Kind == FindingKind.Completed;
        var data = new
        {
            target = record.Id,
            context = new
            {
                note = record.Note is null ? null : new { uuid = record.Note },
                patient = record.Patient is null ? null : new { id = record.Patient },
                fields = completed ? record.Fields : null,
            },
            command = record.Command,
            originated_at = completed ? record.OriginatedAt : null,
            committed_at = completed ? finding.At : (DateTimeOffset?)null,
            duration_ms = completed && record.OriginatedAt is { } originated ? (long)(finding.At - originated).TotalMilliseconds : (long?)null,
            edits = completed ? record.Edits : (int?)null,
            action = completed ? null : finding.Action,
            since = completed ? null : (DateTimeOffset?)finding.At,
            reason = completed ? null : finding.Reason,
        };
        return new CommandEvent
        {
            Id = $"{key}.{finding.Key}",
            Source = "/eventbus/command-lifecycle",
            Type = finding.Kind switch
            {
                FindingKind.Completed => EventTypes.EventBus.CommandCompleted,
                FindingKind.Stalled => EventTypes.EventBus.CommandStalled,
                _ => EventTypes.EventBus.CommandIrregular,
            },
            Tenant = record.Tenant,
            Subject = record.Patient ?? record.Subject ?? record.Id,
            Time = EventJson.Time(now),
            Data = JsonSerializer.SerializeToElement(data, Options),
        };
    }
}
