using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using EventBus.Contracts;

namespace EventBus.Delivery.Formats;

/// <summary>
/// The payload that Canvas's appointment notification protocol sends (Canvas documentation, "Appointment Notification"), for the six changes that it knows.
/// What is not known is null; other changes, and other systems' appointments, are not sent.
/// </summary>
public sealed class AppointmentNotificationFormat : IDeliveryFormat
{
    /// <summary>The attribute that an event is completed by: when its appointment starts.</summary>
    public const string KnownStart = "eventbusstart";

    /// <summary>The attribute that an event is completed by: when its appointment ends.</summary>
    public const string KnownEnd = "eventbusend";

    static readonly JsonWriterOptions WriteOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <inheritdoc/>
    public string DefaultConsumer => DeliveringConsumers.Appointments;

    /// <inheritdoc/>
    public IList<string> DefaultEvents => ["*.appointment.#"];

    /// <inheritdoc/>
    public bool IsCompleted => true;

    /// <inheritdoc/>
    public DeliveryBody? Write(CloudEvent @event)
    {
        if (@event is not AppointmentEvent appointment || !@event.Type.StartsWith("canvas.", StringComparison.Ordinal))
        {
            return null;
        }

        (string Flag, bool Times)? kind = appointment.Change switch
        {
            AppointmentChange.Created => ("created", true),
            AppointmentChange.Rescheduled => ("rescheduled", true),
            AppointmentChange.Canceled => ("cancelled", false),
            AppointmentChange.Restored => ("reverted", false),
            AppointmentChange.NoShowed => ("no_show", false),
            AppointmentChange.CheckedIn => ("checked_in", false),
            _ => null,
        };
        return kind is var (flag, times) ? new DeliveryBody(Write(appointment, flag, times), "application/json") : null;
    }

    static string? Known(CloudEvent @event, string attribute) => @event.Extensions.TryGetValue(attribute, out var value) ? value.GetString() : null;

    static ReadOnlyMemory<byte> Write(AppointmentEvent appointment, string flag, bool times)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, WriteOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("canvas_patient_key", appointment.PatientId);
            if (times)
            {
                writer.WriteString("appointment_external_id", appointment.AppointmentId);
                writer.WriteString("start_time", WithOffset(appointment.StartTime ?? Known(appointment, KnownStart)));
                writer.WriteString("end_time", WithOffset(appointment.EndTime ?? Known(appointment, KnownEnd)));
                writer.WriteBoolean(flag, true);
            }
            else
            {
                writer.WriteBoolean(flag, true);
                writer.WriteString("appointment_external_id", appointment.AppointmentId);
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    /// <summary>The documents write UTC as <c>+00:00</c>.</summary>
    static string? WithOffset(string? time) => time is [.., 'Z' or 'z'] ? $"{time[..^1]}+00:00" : time;
}
