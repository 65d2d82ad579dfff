using System.Text.Json;
using EventBus.Consumers.Hosting.Reactions;
using Microsoft.Extensions.Options;

namespace EventBus.Consumers.CommandLifecycle;

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
