using System.Collections.Frozen;

namespace EventBus.Contracts;

/// <summary>
/// A kind of event, and the contract that carries it. The second word of an event's type names it: <c>canvas.appointment.canceled</c>
/// is of the family <c>appointment</c>. The list is closed; a type whose second word is not in it belongs to <see cref="Unclassified"/>.
/// </summary>
public sealed class Family
{
    Family(string word, string title, Type contract, Func<CloudEvent, CloudEvent> create)
    {
        (Word, Title, Contract, Create) = (word, title, contract, create);
    }

    /// <summary>Types that no other family takes.</summary>
    public static Family Unclassified { get; } = Make("unclassified", "Unclassified", e => new UnclassifiedEvent(e));

    /// <summary>Every family.</summary>
    public static IReadOnlyList<Family> All { get; } =
    [
        Make("command", "Command lifecycle", e => new CommandEvent(e)),
        Make("search", "Command search", e => new SearchEvent(e)),
        Make("appointment", "Appointments", e => new AppointmentEvent(e)),
        Make("treatment", "Treatments", e => new TreatmentEvent(e)),
        Make("hospitalization", "Hospitalizations", e => new HospitalizationEvent(e)),
        Make("inventory", "Inventory", e => new InventoryEvent(e)),
        Make("clinical_record", "Clinical records", e => new ClinicalRecordEvent(e)),
        Make("patient", "Patients and customers", e => new PatientEvent(e)),
        Make("order", "Orders", e => new OrderEvent(e)),
        Make("subscription", "Subscriptions", e => new SubscriptionEvent(e)),
        Make("cart", "Carts", e => new CartEvent(e)),
        Make("prescription", "Prescriptions", e => new PrescriptionEvent(e)),
        Make("task", "Tasks", e => new TaskEvent(e)),
        Make("message", "Messages", e => new MessageEvent(e)),
        Make("questionnaire", "Questionnaires and forms", e => new QuestionnaireEvent(e)),
        Make("lead", "Leads", e => new LeadEvent(e)),
        Make("billing", "Billing", e => new BillingEvent(e)),
        Make("webhook", "Custom webhooks", e => new WebhookEvent(e)),
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

    internal Func<CloudEvent, CloudEvent> Create { get; }

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

    static Family Make<T>(string word, string title, Func<CloudEvent, T> create)
        where T : CloudEvent => new(word, title, typeof(T), create);
}
