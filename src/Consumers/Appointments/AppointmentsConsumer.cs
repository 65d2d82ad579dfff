using System.Text.Json;
using EventBus.Consumers.Hosting;
using EventBus.Consumers.Hosting.Reactions;
using EventBus.Contracts;
using MassTransit;
using Microsoft.Extensions.Options;

namespace EventBus.Consumers.Appointments;

/// <summary>Keeps one record for each appointment, across the ways in which its changes come.</summary>
[RespondsTo("*.appointment.#")]
sealed class AppointmentsConsumer(IOptions<AppointmentsOptions> options) : IConsumer<AppointmentEvent>
{
    /// <summary>The kind of its records.</summary>
    public const string Kind = "appointment";

    public Task Consume(ConsumeContext<AppointmentEvent> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var @event = context.Message;
        if (@event.AppointmentId is not { } id || Reaction.IsOwn(@event))
        {
            context.Record(EventOutcome.Filtered);
            return Task.CompletedTask;
        }

        context.React(async reaction =>
        {
            var key = Reaction.KeyOf(@event, id);
            var known = Known(await reaction.ReadAsync(Kind, key), @event, id);
            var at = reaction.AcceptedAt(@event);
            var step = new AppointmentStep(at, @event.Change, @event.NativeType, @event.PatientId, @event.StartTime, @event.EndTime, @event.RescheduledFrom);
            if (!await reaction.AddEntryAsync(Kind, key, @event, JsonSerializer.Serialize(step, AppointmentJson.Default.AppointmentStep)))
            {
                return;
            }

            var history = (await reaction.EntriesAsync(Kind, key)).Select(e => JsonSerializer.Deserialize(e.Body, AppointmentJson.Default.AppointmentStep)!).ToList();
            var record = AppointmentRecord.Read(known, history);
            await WriteAsync(reaction, @event, key, record);
            if (record.RescheduledFrom is { } previous && previous != id)
            {
                var previousKey = Reaction.KeyOf(@event, previous);
                var moved = Known(await reaction.ReadAsync(Kind, previousKey), @event, previous) with { RescheduledTo = id };
                await WriteAsync(reaction, @event, previousKey, moved with { Patient = moved.Patient ?? record.Patient });
            }
        });
        return Task.CompletedTask;
    }

    async Task WriteAsync(Reaction reaction, AppointmentEvent @event, string key, AppointmentRecord record)
    {
        await reaction.WriteAsync(Kind, key, JsonSerializer.Serialize(record, AppointmentJson.Default.AppointmentRecord));
        if (options.Value.Conflicts)
        {
            await PatientDay.UpdateAsync(reaction, @event, record);
        }
    }

    static AppointmentRecord Known(string? state, AppointmentEvent @event, string id) => state is null
        ? new AppointmentRecord { Id = id, Tenant = @event.Tenant, Source = @event.Source }
        : JsonSerializer.Deserialize(state, AppointmentJson.Default.AppointmentRecord)!;
}
