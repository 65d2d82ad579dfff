using System.Collections.Frozen;

namespace EventBus.Contracts;

/// <summary>
/// A kind of event, and the contract that carries it. The second word of an event's type names it: <c>canvas.appointment.canceled</c>
/// is of the family <c>appointment</c>. The list is closed; a type whose second word is not in it belongs to <see cref="Unclassified"/>.
/// </summary>
public sealed class Family
{
    Family(string word, string title, Type contract, Func<EventAttributes, CloudEvent> create)
    {
        (Word, Title, Contract, Create) = (word, title, contract, create);
    }

    /// <summary>Types that no other family takes.</summary>
    public static Family Unclassified { get; } = Make("unclassified", "Unclassified", a => new UnclassifiedEvent(a));

    /// <summary>Every family.</summary>
    public static IReadOnlyList<Family> All { get; } =
    [
        Make("command", "Command lifecycle", a => new CommandEvent(a)),
        Make("search", "Command search", a => new SearchEvent(a)),
        Make("appointment", "Appointments", a => new AppointmentEvent(a)),
        Make("treatment", "Treatments", a => new TreatmentEvent(a)),
        Make("hospitalization", "Hospitalizations", a => new HospitalizationEvent(a)),
        Make("inventory", "Inventory", a => new InventoryEvent(a)),
        Make("clinical_record", "Clinical records", a => new ClinicalRecordEvent(a)),
        Make("patient", "Patients and customers", a => new PatientEvent(a)),
        Make("order", "Orders", a => new OrderEvent(a)),
        Make("subscription", "Subscriptions", a => new SubscriptionEvent(a)),
        Make("cart", "Carts", a => new CartEvent(a)),
        Make("prescription", "Prescriptions", a => new PrescriptionEvent(a)),
        Make("task", "Tasks", a => new TaskEvent(a)),
        Make("message", "Messages", a => new MessageEvent(a)),
        Make("questionnaire", "Questionnaires and forms", a => new QuestionnaireEvent(a)),
        Make("lead", "Leads", a => new LeadEvent(a)),
        Make("billing", "Billing", a => new BillingEvent(a)),
        Make("webhook", "Custom webhooks", a => new WebhookEvent(a)),
        Unclassified,
    ];

    static readonly FrozenDictionary<string, Family> ByWord = All.ToFrozenDictionary(f => f.Word, StringComparer.Ordinal);
    static readonly FrozenDictionary<string, Family>.AlternateLookup<ReadOnlySpan<char>> BySpan = ByWord.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The word in an event's type: <c>appointment</c>.</summary>
    public string Word { get; }

    /// <summary>The name for people: <c>Appointments</c>.</summary>
    public string Title { get; }

    /// <summary>The record that carries events of this family.</summary>
    public Type Contract { get; }

    internal Func<EventAttributes, CloudEvent> Create { get; }

    /// <summary>The family with this word, or null.</summary>
    public static Family? Find(string word) => ByWord.GetValueOrDefault(word);

    /// <summary>The family that a type belongs to.</summary>
    public static Family Of(ReadOnlySpan<char> type)
    {
        var first = type.IndexOf('.');
        if (first < 0)
        {
            return Unclassified;
        }

        var rest = type[(first + 1)..];
        var second = rest.IndexOf('.');
        return BySpan.TryGetValue(second < 0 ? rest : rest[..second], out var family) ? family : Unclassified;
    }

    /// <inheritdoc/>
    public override string ToString() => Word;

    static Family Make<T>(string word, string title, Func<EventAttributes, T> create)
        where T : CloudEvent => new(word, title, typeof(T), create);
}
