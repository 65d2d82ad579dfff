using System.Text.Json;
using System.Text.RegularExpressions;
using EventBus.Contracts;

namespace EventBus.Tests.Contracts;

/// <summary>The catalog is the one list of events; constants, schemas and documentation come from it, so it has to be right in itself.</summary>
public sealed partial class CatalogTests
{
    [Fact]
    public void A_sender_uses_a_name_for_one_thing() =>
        Assert.Empty(Catalog.Events.GroupBy(e => (e.Source, e.Name)).Where(g => g.Count() > 1).Select(g => g.Key));

    [Fact]
    public void A_type_is_source_family_and_what_in_lower_case() => Assert.All(Catalog.Events, e =>
    {
        Assert.Matches(TypeFormat(), e.Type);
        Assert.Equal(e.Source, e.Type.Split('.')[0]);
        Assert.NotNull(Family.Find(e.Type.Split('.')[1]));
        Assert.NotEqual(Family.Unclassified, e.Family);
    });

    [Fact]
    public void Names_share_a_type_only_where_they_mean_the_same() => Assert.Equal(
        [
            "canvas.appointment.canceled: APPOINTMENT_CANCELED, cancelled",
            "canvas.appointment.checked_in: APPOINTMENT_CHECKED_IN, checked_in",
            "canvas.appointment.created: APPOINTMENT_CREATED, created",
            "canvas.appointment.no_showed: APPOINTMENT_NO_SHOWED, no_show",
            "canvas.appointment.rescheduled: APPOINTMENT_RESCHEDULED, rescheduled",
            "canvas.appointment.restored: APPOINTMENT_RESTORED, reverted",
            "careportals.prescription.fulfillment: prescription.fulfilled, prescription.fulfillment",
        ],
        Catalog.Events.GroupBy(e => e.Type, StringComparer.Ordinal).Where(g => g.Count() > 1)
            .Select(g => $"{g.Key}: {string.Join(", ", g.Select(e => e.Name).Order(StringComparer.Ordinal))}").Order(StringComparer.Ordinal));

    [Fact]
    public void A_name_is_placed_where_the_catalog_says() =>
        Assert.All(Catalog.Events.Where(e => !e.IsFlag), e => Assert.Equal(e.Type, Catalog.Place(e.Source, e.Name)));

    /// <summary>So a sender's new name lands beside its older sisters.</summary>
    [Fact]
    public void The_grammar_alone_places_a_command_where_the_catalog_does() => Assert.All(
        Catalog.Events.Where(e => e is { Source: "canvas", Family.Word: "command" }),
        e => Assert.Equal(e.Type, CanvasGrammar.Place(e.Name)));

    [Fact]
    public void Every_description_is_a_sentence_of_its_own()
    {
        Assert.All(Catalog.Events, e => Assert.Matches(Sentence(), e.Description));
        Assert.Empty(Catalog.Events.GroupBy(e => e.Description, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1).Select(g => g.Key));
    }

    [Fact]
    public void Smart_Flow_Sheet_waits_for_the_outcome_of_two_events() => Assert.Equal(
        ["inventoryitems.imported", "treatment.record_entered"],
        Catalog.Events.Where(e => e is { Source: "smartflowsheet", Synchronous: true }).Select(e => e.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Canvas_waits_before_a_command_and_at_no_other_event() => Assert.All(
        Catalog.Events.Where(e => e.Source == "canvas"),
        e => Assert.Equal(Attributes(e).Classify() is CommandEvent { Phase: CommandPhase.Pre }, e.Synchronous));

    [Fact]
    public void CarePortals_waits_for_nothing() => Assert.DoesNotContain(Catalog.Events, e => e is { Source: "careportals", Synchronous: true });

    [Fact]
    public void A_sample_is_what_the_sender_sends_under_that_name() => Assert.All(Catalog.Events, e =>
    {
        switch (e.Shape)
        {
            case "canvas-event":
                Assert.Equal(e.Name, e.Sample.GetProperty("type").GetString());
                Assert.True(e.Sample.TryGetProperty("target", out _));
                break;
            case "canvas-notification":
                Assert.True(e.Sample.GetProperty(e.Name).GetBoolean());
                Assert.True(e.Sample.TryGetProperty("canvas_patient_key", out _));
                break;
            case "careportals-document":
                Assert.Equal($"/v1/careportals/{e.Name}", e.Path);
                Assert.True(e.Sample.TryGetProperty("_id", out _));
                break;
            case "eventbus-command" or "eventbus-conflict" or "eventbus-workflow-message":
                Assert.False(e.IsSent);
                break;
            case "smartflowsheet-event" when !e.IsSent:
                // What Smart Flow Sheet sent, handed on.
                Assert.Equal("treatments.records_entered", e.Sample.GetProperty("eventType").GetString());
                break;
            case "smartflowsheet-event":
                Assert.Equal(e.Name, e.Sample.GetProperty("eventType").GetString());
                Assert.Equal(JsonValueKind.Object, e.Sample.GetProperty("object").ValueKind);
                break;
            default:
                Assert.Fail($"{e.Name} has the shape {e.Shape}.");
                break;
        }
    });

    [Fact]
    public void A_sample_event_is_a_valid_event_of_its_family() => Assert.All(Catalog.Events, e =>
    {
        var read = EventJson.Parse(EventJson.ToUtf8Bytes(EventSample.Of(e)));

        Assert.Equal(e.Family.Contract, read.GetType());
        Assert.Equal((e.Type, e.Name), (read.Type, read.NativeType));
    });

    [Fact]
    public void A_sample_event_fits_the_schema_that_the_catalog_shows() => Assert.All(Catalog.Events, e =>
    {
        var sample = JsonElement.Parse(EventJson.ToUtf8Bytes(EventSample.Of(e)));
        var schema = JsonElement.Parse(EventSchema.Of(e).ToJsonString());

        Assert.Empty(Schema.Violations(schema, sample));
    });

    [Fact]
    public void A_sample_names_what_it_is_about() => Assert.All(Catalog.Events, e => Assert.False(string.IsNullOrEmpty(EventSample.Of(e).Subject)));

    /// <summary>Patients are what order is kept by, so a payload that names one must not be filed under something else.</summary>
    [Theory]
    [InlineData("canvas", "APPOINTMENT_CREATED", "context.patient.id")]
    [InlineData("canvas", "PRESCRIBE_COMMAND__POST_COMMIT", "context.patient.id")]
    [InlineData("canvas", "cancelled", "canvas_patient_key")]
    [InlineData("careportals", "order.created", "customer._id")]
    [InlineData("careportals", "customer.updated", "_id")]
    [InlineData("careportals", "message.inbound", "customer")]
    [InlineData("smartflowsheet", "hospitalization.discharged", "object.patient.patientId")]
    [InlineData("smartflowsheet", "treatment.record_entered", "object.hospitalizationId")]
    public void The_subject_of_a_sample_is_the_patient_where_it_names_one(string source, string name, string path)
    {
        var description = Catalog.Find(source, name)!;

        Assert.Equal(PayloadPath.First(description.Sample, path), EventSample.Of(description).Subject);
        Assert.NotNull(EventSample.Of(description).Subject);
    }

    [Fact]
    public void Every_family_has_one_contract_and_every_contract_one_family()
    {
        var contracts = typeof(CloudEvent).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(CloudEvent))).Select(t => t.Name);

        Assert.Equal(contracts.Order(StringComparer.Ordinal), Family.All.Select(f => f.Contract.Name).Order(StringComparer.Ordinal));
        Assert.All(Family.All, family =>
        {
            Assert.Same(family, Family.Find(family.Word));
            Assert.Equal(family.Contract, new UnclassifiedEvent { Id = "1", Source = "tests", Type = $"tests.{family.Word}.happened" }.Classify().GetType());
            Assert.True(family.Contract.IsSealed);
        });
    }

    [Fact]
    public void The_families_are_those_of_the_design_and_each_but_the_last_has_events()
    {
        Assert.Equal(
            [
                "command", "search", "appointment", "treatment", "hospitalization", "inventory", "clinical_record", "patient", "order", "subscription", "cart", "prescription",
                "task", "message", "questionnaire", "lead", "billing", "webhook", "unclassified",
            ],
            Family.All.Select(f => f.Word));
        Assert.Equal(["unclassified"], Family.All.Where(f => !Catalog.Events.Any(e => e.Family == f)).Select(f => f.Word));
    }

    static UnclassifiedEvent Attributes(EventDescription e) => new() { Id = "1", Source = e.Source, Type = e.Type };

    [GeneratedRegex(@"^[a-z0-9_]+(\.[a-z0-9_]+){2,}\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TypeFormat();

    [GeneratedRegex(@"^[A-Z].{20,}\.\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sentence();
}
