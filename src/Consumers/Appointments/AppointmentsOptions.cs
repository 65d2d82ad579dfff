namespace EventBus.Consumers.Appointments;

/// <summary>Settings under <c>EventBus:Appointments</c>.</summary>
public sealed class AppointmentsOptions
{
    /// <summary>Whether <c>eventbus.appointment.conflict</c> is published where two active appointments of one patient overlap; not unless set.</summary>
    public bool Conflicts { get; set; }
}
