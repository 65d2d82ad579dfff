using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventBus.Consumers.Hosting;
using EventBus.Consumers.Hosting.Reactions;
using EventBus.Contracts;
using MassTransit;
using Microsoft.Extensions.Options;

namespace EventBus.Consumers.CommandLifecycle;

/// <summary>Keeps the history of every command; a while after the last event of one it is read, and what follows from it is published.</summary>
[RespondsTo("*.command.#")]
sealed class CommandLifecycleConsumer(IOptions<CommandLifecycleOptions> options) : IConsumer<CommandEvent>
{
    /// <summary>The kind of its records.</summary>
    public const string Kind = "command";

    const string SettledTimer = "settled";

    public Task Consume(ConsumeContext<CommandEvent> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var @event = context.Message;
        if (@event.CommandId is not { } id || @event.Type.StartsWith(CommandEvents.Prefix, StringComparison.Ordinal))
        {
            context.Record(EventOutcome.Filtered);
            return Task.CompletedTask;
        }

        context.React(async reaction =>
        {
            var key = Reaction.KeyOf(@event, id);
            var state = await reaction.ReadAsync(Kind, key);
            if (!await reaction.AddEntryAsync(Kind, key, @event, CommandStep.BodyOf(@event)))
            {
                return;
            }

            if (state is null)
            {
                var record = new CommandRecord { Id = id, Tenant = @event.Tenant, Source = @event.Source, Subject = @event.Subject };
                await reaction.WriteAsync(Kind, key, JsonSerializer.Serialize(record, CommandJson.Default.CommandRecord));
            }

            await reaction.SetTimerAsync(Kind, key, SettledTimer, reaction.Now + options.Value.Settle);
        });
        return Task.CompletedTask;
    }
}

/// <summary>Reads a command's history when it has settled, and when something is overdue.</summary>
sealed class CommandTimers(IOptions<CommandLifecycleOptions> options) : ITimerHandler
{
    const string OverdueTimer = "overdue";

    public string Kind => CommandLifecycleConsumer.Kind;

    public async Task RingAsync(Reaction reaction, string key, string name)
    {
        ArgumentNullException.ThrowIfNull(reaction);
        var before = JsonSerializer.Deserialize((await reaction.ReadAsync(Kind, key))!, CommandJson.Default.CommandRecord)!;
        var steps = new List<CommandStep>();
        foreach (var entry in await reaction.EntriesAsync(Kind, key))
        {
            var step = CommandStep.Read(entry.Id, entry.At, entry.Body);
            if (step.Said.Question is not { } question || !await reaction.IsWithdrawnAsync(question))
            {
                steps.Add(step);
            }
        }

        var story = CommandStory.Read(before, steps, options.Value, reaction.Now);
        var news = story.Findings.Where(f => !before.Told.Contains(f.Key, StringComparer.Ordinal)).ToList();
        foreach (var finding in news)
        {
            await reaction.PublishAsync(CommandEvents.Of(key, story.Record, finding, reaction.Now));
        }

        await reaction.WriteAsync(Kind, key, JsonSerializer.Serialize(story.Record with { Told = [.. before.Told, .. news.Select(f => f.Key)] }, CommandJson.Default.CommandRecord));
        await reaction.SetTimerAsync(Kind, key, OverdueTimer, story.Next);
    }
}

/// <summary>The events that this consumer publishes.</summary>
static class CommandEvents
{
    /// <summary>How their types begin.</summary>
    public const string Prefix = "eventbus.";

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
            Time = now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
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
