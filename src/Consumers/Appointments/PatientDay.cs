using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventBus.Consumers.Hosting.Reactions;
using EventBus.Contracts;

namespace EventBus.Consumers.Appointments;

/// <summary>The active appointments of a patient, to see which of them overlap.</summary>
/// <param name="Active">They.</param>
/// <param name="Told">The pairs that were told of, each with its times.</param>
sealed record PatientDay(IReadOnlyList<PatientDay.Slot> Active, IReadOnlyList<string> Told)
{
    const string Kind = "appointments-of-patient";

    /// <summary>Puts an appointment where it belongs, and publishes what it overlaps with.</summary>
    public static async Task UpdateAsync(Reaction reaction, CloudEvent @event, AppointmentRecord appointment)
    {
        if (appointment.Patient is not { } patient)
        {
            return;
        }

        var key = Reaction.KeyOf(@event, patient);
        var day = await reaction.ReadAsync(Kind, key) is { } state ? JsonSerializer.Deserialize(state, AppointmentJson.Default.PatientDay)! : new PatientDay([], []);
        var others = day.Active.Where(s => s.Id != appointment.Id).ToList();
        var told = day.Told.ToList();
        if (appointment.IsActive && Parse(appointment.Start) is { } start && Parse(appointment.End) is { } end && start < end)
        {
            var slot = new Slot(appointment.Id, start, end);
            foreach (var other in others.Where(o => o.Start < slot.End && slot.Start < o.End))
            {
                var pair = Name(slot, other);
                if (!told.Contains(pair, StringComparer.Ordinal))
                {
                    told.Add(pair);
                    await reaction.PublishAsync(Conflict(key, pair, patient, appointment, slot, other));
                }
            }

            others.Add(slot);
        }

        await reaction.WriteAsync(Kind, key, JsonSerializer.Serialize(new PatientDay(others, [.. told.TakeLast(200)]), AppointmentJson.Default.PatientDay));
    }

    static string Name(Slot a, Slot b)
    {
        var (first, second) = string.CompareOrdinal(a.Id, b.Id) < 0 ? (a, b) : (b, a);
        return Storage.EventKey.Hash(first.Id, $"{first.Start:O}", $"{first.End:O}", second.Id, $"{second.Start:O}", $"{second.End:O}");
    }

    static AppointmentEvent Conflict(string key, string pair, string patient, AppointmentRecord appointment, Slot slot, Slot other) => new()
    {
        Id = $"{key}.conflict.{pair}",
        Source = "/eventbus/appointments",
        Type = EventTypes.EventBus.AppointmentConflict,
        Tenant = appointment.Tenant,
        Subject = patient,
        Data = JsonSerializer.SerializeToElement(new JsonObject
        {
            ["target"] = slot.Id,
            ["other"] = other.Id,
            ["patient"] = new JsonObject { ["id"] = patient },
            ["start_time"] = slot.Start > other.Start ? slot.Start : other.Start,
            ["end_time"] = slot.End < other.End ? slot.End : other.End,
        }),
    };

    /// <summary>A time without an offset is taken as UTC: it is compared with others of the same sender only.</summary>
    static DateTimeOffset? Parse(string? time) =>
        DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;

    /// <param name="Id">The appointment.</param>
    /// <param name="Start">Its start.</param>
    /// <param name="End">Its end.</param>
    public sealed record Slot(string Id, DateTimeOffset Start, DateTimeOffset End);
}
