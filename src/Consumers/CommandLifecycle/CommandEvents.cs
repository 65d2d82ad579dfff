using System.Text.Json;
using System.Text.Json.Nodes;
using EventBus.Contracts;

namespace EventBus.Consumers.CommandLifecycle;

/// <summary>The events that this consumer publishes.</summary>
static class CommandEvents
{
    /// <summary>An event that tells of a finding. It has the form of a Canvas event, so that the contract's views read it.</summary>
    public static CommandEvent Of(string key, CommandRecord record, Finding finding, DateTimeOffset now)
    {
        var context = new JsonObject();
        Add(context, "note", record.Note is null ? null : new JsonObject { ["uuid"] = record.Note });
        Add(context, "patient", record.Patient is null ? null : new JsonObject { ["id"] = record.Patient });
        var data = new JsonObject { ["target"] = record.Id, ["context"] = context };
        Add(data, "command", record.Command);
        if (finding.Kind == FindingKind.Completed)
        {
            Add(context, "fields", record.Fields is { } fields ? JsonNode.Parse(fields.GetRawText()) : null);
            Add(data, "originated_at", record.OriginatedAt);
            data["committed_at"] = finding.At;
            Add(data, "duration_ms", record.OriginatedAt is { } originated ? (long)(finding.At - originated).TotalMilliseconds : null);
            data["edits"] = record.Edits;
        }
        else
        {
            data["action"] = finding.Action;
            data["since"] = finding.At;
            data["reason"] = finding.Reason;
        }

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
            Data = JsonSerializer.SerializeToElement(data),
        };
    }

    static void Add(JsonObject to, string name, JsonNode? value)
    {
        if (value is not null)
        {
            to[name] = value;
        }
    }
}
