using System.Text.Json;
using EventBus.Contracts;
using FsCheck.Fluent;

namespace EventBus.Tests.Contracts;

/// <summary>What happened is a member of a closed set, for every name that is known; what is not known is <c>Other</c>, beside the sender's own word.</summary>
public sealed class ClosedSetTests
{
    /// <summary>Every set that the type decides, of every family.</summary>
    static IEnumerable<View> Sets { get; } = [.. Family.All.SelectMany(f => View.Of(f.Contract)).Where(v => v.IsOfType)];

    [Fact]
    public void Every_name_of_the_catalog_is_a_member_and_only_our_own_commands_have_no_phase() => Assert.Equal(
        ["command.completed: Phase", "command.irregular: Phase", "command.stalled: Phase"],
        Catalog.Events.SelectMany(e => View.Of(e.Family.Contract).Where(v => v.IsOfType && View.IsOther(v.Read(EventSample.Of(e))!)).Select(v => $"{e.Name}: {v.Name}"))
            .Order(StringComparer.Ordinal));

    [Fact]
    public void Only_a_customers_own_webhook_and_what_no_family_takes_have_no_set() => Assert.Equal(
        ["webhook", "unclassified"],
        Family.All.Where(f => !View.Of(f.Contract).Any(v => v.IsOfType)).Select(f => f.Word));

    /// <summary>A member that no name leads to would be made up.</summary>
    [Fact]
    public void Every_member_is_what_some_name_of_the_catalog_means()
    {
        var meant = Catalog.Events.Select(EventSample.Of).SelectMany(e => View.Of(e.GetType()).Where(v => v.IsOfType).Select(v => v.Read(e)!)).ToHashSet();

        Assert.NotEmpty(Sets);
        Assert.All(Sets, set => Assert.All(Enum.GetValues(set.Set!).Cast<object>().Where(m => !View.IsOther(m)), m => Assert.Contains(m, meant)));
    }

    [Fact]
    public void Every_set_begins_with_Other() => Assert.All(
        Family.All.SelectMany(f => View.Of(f.Contract)).Select(v => v.Set).OfType<Type>().Distinct(),
        set => Assert.Equal("Other", Enum.GetName(set, 0)));

    [Theory]
    [InlineData("careportals", "order.subscription_cycle", OrderChange.SubscriptionCycle)]
    [InlineData("careportals", "order.processing", OrderChange.Processing)]
    [InlineData("careportals", "order.cancelled", OrderChange.Canceled)]
    [InlineData("careportals", "order.status_updated", OrderChange.StatusUpdated)]
    [InlineData("careportals", "subscription.upcoming-renewal", SubscriptionChange.UpcomingRenewal)]
    [InlineData("careportals", "customer.signup", PatientChange.SignedUp)]
    [InlineData("careportals", "customer.qnr-assigned", PatientChange.QuestionnaireAssigned)]
    [InlineData("canvas", "PATIENT_CREATED", PatientChange.Created)]
    [InlineData("canvas", "CONSENT_DELETED", PatientChange.ConsentDeleted)]
    [InlineData("canvas", "PRESCRIPTION_CREATED", PrescriptionChange.Created)]
    [InlineData("careportals", "prescription.created", PrescriptionChange.Created)]
    [InlineData("careportals", "prescription.fulfilled", PrescriptionChange.Fulfillment)]
    [InlineData("careportals", "requisition.created", PrescriptionChange.RequisitionCreated)]
    [InlineData("canvas", "TASK_CREATED", TaskChange.Created)]
    [InlineData("careportals", "task.created", TaskChange.Created)]
    [InlineData("careportals", "task.cancelled", TaskChange.Canceled)]
    [InlineData("canvas", "TASK_COMMENT_CREATED", TaskChange.CommentCreated)]
    [InlineData("canvas", "TASK_LABELS_ADJUSTED", TaskChange.LabelsAdjusted)]
    [InlineData("canvas", "MESSAGE_CREATED", MessageChange.Created)]
    [InlineData("careportals", "message.inbound", MessageChange.Inbound)]
    [InlineData("careportals", "lead.lost", LeadChange.Lost)]
    [InlineData("careportals", "cart.checkout", CartChange.Checkout)]
    [InlineData("canvas", "BILLING_LINE_ITEM_UPDATED", BillingChange.LineItemUpdated)]
    [InlineData("careportals", "form.submitted", QuestionnaireChange.FormSubmitted)]
    [InlineData("smartflowsheet", "forms.updated", QuestionnaireChange.FormsUpdated)]
    [InlineData("smartflowsheet", "hospitalization.discharged", HospitalizationChange.Discharged)]
    [InlineData("smartflowsheet", "hospitalizations.discharged", HospitalizationChange.Discharged)]
    [InlineData("smartflowsheet", "treatments.records_entered", TreatmentChange.RecordsEntered)]
    [InlineData("smartflowsheet", "notes.entered", TreatmentChange.NotesEntered)]
    [InlineData("smartflowsheet", "medics.imported", InventoryChange.MedicsImported)]
    [InlineData("canvas", "LAB_REPORT_UPDATED", ClinicalRecordChange.Updated)]
    [InlineData("canvas", "CONDITION_RESOLVED", ClinicalRecordChange.Resolved)]
    [InlineData("canvas", "ASSESS__CONDITION__POST_SEARCH", SearchStage.PostSearch)]
    [InlineData("canvas", "PLAN_COMMAND__PRE_ENTER_IN_ERROR", CommandChange.EnterInError)]
    [InlineData("canvas", "POST_COMMAND_EXECUTE_ACTION", CommandChange.ExecuteAction)]
    [InlineData("eventbus", "appointment.conflict", AppointmentChange.Conflict)]
    [InlineData("eventbus", "command.stalled", CommandChange.Stalled)]
    public void A_name_means(string source, string name, Enum member) => Assert.Contains(member, Members(Event(Catalog.Find(source, name)!.Type)));

    [Theory]
    [InlineData("canvas", "APPOINTMENT_LABEL_ADDED")]
    [InlineData("canvas", "TASK_ARCHIVED")]
    [InlineData("canvas", "PLAN_COMMAND__POST_SEND")]
    [InlineData("careportals", "order.refunded")]
    [InlineData("careportals", "subscription.resumed")]
    [InlineData("careportals", "order.7")]
    [InlineData("smartflowsheet", "hospitalizations.moved")]
    [InlineData("smartflowsheet", "treatment._batch")]
    public void A_name_of_the_future_means_Other(string source, string name) =>
        Assert.Contains(Members(Event(Catalog.Place(source, name))), m => View.IsOther(m));

    [Theory]
    [InlineData("lab_report", "updated", ClinicalRecordResource.LabReport, ClinicalRecordChange.Updated)]
    [InlineData("device", "updated", ClinicalRecordResource.Other, ClinicalRecordChange.Updated)]
    [InlineData("lab_report", "signed", ClinicalRecordResource.LabReport, ClinicalRecordChange.Other)]
    public void An_entry_of_the_clinical_record_has_a_kind_and_a_change(string resource, string what, ClinicalRecordResource kind, ClinicalRecordChange change)
    {
        var @event = Assert.IsType<ClinicalRecordEvent>(Event($"canvas.clinical_record.{resource}.{what}"));

        Assert.Equal((kind, resource, change), (@event.Resource, @event.ResourceText, @event.Change));
    }

    /// <summary>What follows from it belongs to the person, so a consent must not be taken for one.</summary>
    [Theory]
    [InlineData("canvas.patient.created", """{"target":"t","context":""}""", "t")]
    [InlineData("canvas.patient.consent.created", """{"target":"t","context":""}""", null)]
    [InlineData("canvas.patient.consent.created", """{"target":"t","context":{"patient":{"id":"p"}}}""", "p")]
    [InlineData("canvas.patient.facility_address_updated", """{"target":"t"}""", null)]
    [InlineData("careportals.patient.signup", """{"_id":"c"}""", "c")]
    [InlineData("careportals.patient.deleted", """{"_id":"c"}""", "c")]
    public void A_patient_is_the_target_only_where_the_event_is_about_the_person(string type, string data, string? patient) =>
        Assert.Equal(patient, Assert.IsType<PatientEvent>(Event(type, data)).PatientId);

    [Theory]
    [InlineData("\"awaiting_script\"", OrderStatus.AwaitingScript, "awaiting_script")]
    [InlineData("\"Awaiting Script\"", OrderStatus.AwaitingScript, "Awaiting Script")]
    [InlineData("\"cancelled\"", OrderStatus.Canceled, "cancelled")]
    [InlineData("\"delivered_by_drone\"", OrderStatus.Other, "delivered_by_drone")]
    [InlineData("7", OrderStatus.Other, "7")]
    [InlineData("\"\"", null, null)]
    [InlineData("null", null, null)]
    [InlineData("{}", null, null)]
    public void An_orders_status_is_the_payloads_own_and_keeps_the_word(string status, OrderStatus? member, string? text)
    {
        var @event = Assert.IsType<OrderEvent>(Event("careportals.order.status_updated", $$$"""{"_id":"o","customer._id":"c","status":{{{status}}}}"""));

        Assert.Equal((member, text), (@event.Status, @event.StatusText));
        Assert.Equal(("o", "c", OrderChange.StatusUpdated), (@event.OrderId, @event.PatientId, @event.Change));
    }

    [Theory]
    [InlineData("paused", SubscriptionStatus.Paused)]
    [InlineData("frozen", SubscriptionStatus.Other)]
    public void A_subscriptions_status_is_the_payloads_own(string status, SubscriptionStatus member)
    {
        var @event = Assert.IsType<SubscriptionEvent>(Event("careportals.subscription.created", $$"""{"_id":"s","status":"{{status}}"}"""));

        Assert.Equal((member, status, "s"), (@event.Status, @event.StatusText, @event.SubscriptionId));
    }

    [Theory]
    [InlineData("added", TreatmentStatus.Added)]
    [InlineData("changed", TreatmentStatus.Changed)]
    [InlineData("removed", TreatmentStatus.Removed)]
    [InlineData("not_changed", TreatmentStatus.NotChanged)]
    [InlineData("merged", TreatmentStatus.Other)]
    public void A_single_treatment_has_its_status(string status, TreatmentStatus member)
    {
        var @event = Assert.IsType<TreatmentEvent>(Event("smartflowsheet.treatment.record_entered", $$$"""{"object":{"treatmentGuid":"g","hospitalizationId":"h","status":"{{{status}}}"}}"""));

        Assert.Equal((member, status, "g", "h"), (@event.Status, @event.StatusText, @event.TreatmentId, @event.HospitalizationId));
    }

    [Fact]
    public void Several_treatments_have_none_together()
    {
        var @event = Assert.IsType<TreatmentEvent>(EventSample.Of(Catalog.OfType(EventTypes.SmartFlowSheet.TreatmentRecordsEntered)[0]));

        Assert.Equal((null, null), (@event.Status, @event.StatusText));
    }

    [Theory]
    [InlineData("discharged", "{\"hospitalizationId\":\"h1\",\"status\":\"discharged\",\"patient\":{\"patientId\":\"p1\"}}", false, "h1 p1 Discharged")]
    [InlineData("created_batch", "{\"hospitalizations\":[{\"hospitalizationGuid\":\"g\",\"status\":\"active\"},null,{\"hospitalizationId\":\"h2\",\"status\":\"parked\"}],\"id\":\"op\"}", true, "  Active|h2  Other")]
    [InlineData("created_batch", "{\"hospitalizations\":[]}", true, "")]
    [InlineData("created_batch", "{\"hospitalizations\":null}", true, "")]
    [InlineData("created_batch", "[]", true, "")]
    public void A_hospitalization_event_has_one_stay_or_several(string what, string content, bool isBatch, string stays)
    {
        var @event = Assert.IsType<HospitalizationEvent>(Event($"smartflowsheet.hospitalization.{what}", $$"""{"object":{{content}}}"""));

        Assert.Equal(isBatch, @event.IsBatch);
        Assert.Equal(stays, string.Join('|', @event.Stays.Select(s => $"{s.HospitalizationId} {s.PatientId} {s.Status}")));
    }

    [Fact]
    public void A_stays_text_shows_nothing_of_it()
    {
        var stay = new HospitalizationStay("h", "g", "p", "active", "https://example.org/report");

        Assert.Equal(nameof(HospitalizationStay), $"{stay}");
    }

    /// <summary>A payload of any form, under a type of any family: a view is there or null.</summary>
    [Fact]
    public void No_view_of_any_event_throws() => Always.Holds(
        from family in Gen.Elements<Family>(Family.All)
        from what in Gen.Elements("", ".", "created", "a.b.c", "_batch", "discharged_batch", "7", "other", "x_", "pre_", "Other")
        from form in Gen.Elements("{0}", "{{\"object\":{0}}}", "{{\"object\":{{\"hospitalizations\":[{0}],\"status\":{0}}}}}", "{{\"status\":{0},\"target\":{0},\"_id\":{0},\"customer\":{0},\"context\":{0}}}")
        from data in RandomJson.Objects
        select Event($"tests.{family.Word}.{what}", string.Format(form, data)),
        e => Assert.All(View.Of(e.GetType()), v => v.Read(e)),
        tests: 1000);

    static IEnumerable<Enum> Members(CloudEvent @event) => View.Of(@event.GetType()).Where(v => v.IsOfType).Select(v => (Enum)v.Read(@event)!);

    static CloudEvent Event(string type, string data = "{}") => new UnclassifiedEvent { Id = "1", Source = "tests", Type = type, Data = JsonElement.Parse(data) }.Classify();
}
