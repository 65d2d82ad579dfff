using System.Text.Json;
using System.Text.Json.Serialization;
using EventBus.Contracts;

namespace EventBus.Bench.Load;

/// <summary>The event that is sent: an appointment booked in Canvas, about 600 bytes.</summary>
static class SampleEvent
{
    public const string Type = EventTypes.Canvas.AppointmentCreated;

    static readonly JsonSerializerOptions Options = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>One about an appointment of its own.</summary>
    /// <param name="padding">So many characters are added to what the sender says.</param>
    public static AppointmentEvent Create(int padding = 0)
    {
        var appointment = Guid.CreateVersion7().ToString();
        var data = new
        {
            EventType = "APPOINTMENT_CREATED",
            target = appointment,
            target_type = "Appointment",
            context = new
            {
                patient = new { id = "701fb70ab94047999e57769c52317006" },
                note = new { uuid = "521454d8-3969-43bd-ac23-1325fc6950ea" },
            },
            actor = "1",
            source = "scheduling",
            comment = padding == 0 ? null : new string('x', padding),
        };
        return new AppointmentEvent
        {
            Source = "canvas",
            Type = Type,
            Subject = appointment,
            Time = "2026-01-31T09:30:00.000Z",
            DataContentType = "application/json",
            Tenant = "clinic-north",
            NativeType = "APPOINTMENT_CREATED",
            Data = JsonSerializer.SerializeToElement(data, Options),
        };
    }
}
