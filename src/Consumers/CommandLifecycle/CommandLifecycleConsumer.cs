using System.Text.Json;
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
        if (@event.CommandId is not { } id || Reaction.IsOwn(@event))
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
