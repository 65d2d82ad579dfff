using System.Data.Common;
using System.Text.Json;
using Dapper;
using EventBus.Consumers.Hosting.Reactions;
using EventBus.Contracts;
using EventBus.Delivery.Formats;
using EventBus.Storage;

namespace EventBus.Consumers.Appointments;

/// <summary>What is known of an appointment's times, for notifications of events that do not say them.</summary>
sealed class AppointmentTimes(Database database)
{
    /// <summary>How long the event may take to reach the record, beside its delivery.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>The event, with the times of its appointment beside what it says itself.</summary>
    public async Task<CloudEvent> CompleteAsync(CloudEvent @event, CancellationToken cancellationToken)
    {
        if (@event is not AppointmentEvent { Change: AppointmentChange.Created or AppointmentChange.Rescheduled, AppointmentId: { } id } appointment
            || (appointment.StartTime is not null && appointment.EndTime is not null))
        {
            return @event;
        }

        var key = Reaction.KeyOf(@event, id);
        await using var connection = await database.ConnectAsync(cancellationToken);
        for (var waited = TimeSpan.Zero; waited < Patience && !await IsKnownAsync(connection, key, @event); waited += Look)
        {
            await Task.Delay(Look, cancellationToken);
        }

        var state = await connection.QuerySingleOrDefaultAsync<string?>("SELECT state FROM records WHERE kind = @Kind AND key = @key", new { AppointmentsConsumer.Kind, key });
        var record = state is null ? null : JsonSerializer.Deserialize(state, AppointmentJson.Default.AppointmentRecord);
        return @event.WithExtension(AppointmentNotificationFormat.KnownStart, record?.Start).WithExtension(AppointmentNotificationFormat.KnownEnd, record?.End);
    }

    /// <summary>Whether the event itself has reached the record, and so has what came before it.</summary>
    static async Task<bool> IsKnownAsync(DbConnection connection, string key, CloudEvent @event) => await connection.QuerySingleAsync<long>(
        "SELECT count(*) FROM record_entries WHERE kind = @Kind AND key = @key AND entry = @entry", new { AppointmentsConsumer.Kind, key, entry = Reaction.EntryOf(@event) }) > 0;
}
