using System.Text;
using System.Text.RegularExpressions;
using EventBus.Contracts;
using FsCheck;
using FsCheck.Fluent;

namespace EventBus.Tests.Contracts;

/// <summary>Where a name goes that the catalog does not know. A sender adds names all the time, so this is the normal case and not an error.</summary>
public sealed partial class NamingGrammarTests
{
    static readonly string[] Sources = ["canvas", "careportals", "smartflowsheet"];

    [Theory]
    [InlineData("REFER_COMMAND__POST_COMMIT", "canvas.command.refer.post_commit")]
    [InlineData("VITALS_COMMAND__PRE_VALIDATION", "canvas.command.vitals.pre_validation")]
    [InlineData("STOP_MEDICATION_COMMAND__POST_SEND", "canvas.command.stop_medication.post_send")]
    [InlineData("PRE_COMMAND_SEND", "canvas.command.any.pre_send")]
    [InlineData("POST_COMMAND_INSERTED_INTO_NOTE", "canvas.command.any.post_inserted_into_note")]
    public void A_new_command_or_action_is_a_command_event(string name, string type) => Assert.Equal(type, Catalog.Place("canvas", name));

    [Theory]
    [InlineData("REFER_COMMAND__POST_COMMIT", "refer", CommandPhase.Post, "commit")]
    [InlineData("VITALS_COMMAND__PRE_VALIDATION", "vitals", CommandPhase.Pre, "validation")]
    [InlineData("PRE_COMMAND_SEND", CommandEvent.AnyCommand, CommandPhase.Pre, "send")]
    [InlineData("PRESCRIBE_COMMAND__PRE_ENTER_IN_ERROR", "prescribe", CommandPhase.Pre, "enter_in_error")]
    public void Its_parts_can_be_read(string name, string command, CommandPhase phase, string action)
    {
        var @event = Assert.IsType<CommandEvent>(Event("canvas", name));

        Assert.Equal((command, phase, action), (@event.Command, @event.Phase, @event.Action));
    }

    [Theory]
    [InlineData("X__Y__PRE_SEARCH", "canvas.search.x.y.pre_search", SearchStage.PreSearch)]
    [InlineData("IMAGING_ORDER__ORDERING_PROVIDER__POST_SEARCH", "canvas.search.imaging_order.ordering_provider.post_search", SearchStage.PostSearch)]
    [InlineData("X__Y__SELECTED", "canvas.search.x.y.selected", SearchStage.Selected)]
    [InlineData("X_COMMAND__Y_SELECTED", "canvas.search.x.y.selected", SearchStage.Selected)]
    public void A_new_search_is_a_search_event(string name, string type, SearchStage stage)
    {
        Assert.Equal(type, Catalog.Place("canvas", name));
        var words = type.Split('.');
        var @event = Assert.IsType<SearchEvent>(Event("canvas", name));
        Assert.Equal((words[2], words[3], stage), (@event.Command, @event.Field, @event.Stage));
    }

    [Theory]
    [InlineData("DEVICE_CREATED", "canvas.clinical_record.device.created")]
    [InlineData("IMAGING_REPORT_REVIEWED", "canvas.clinical_record.imaging_report.reviewed")]
    [InlineData("APPOINTMENT_LABEL_ADDED", "canvas.appointment.label_added")]
    [InlineData("PATIENT_FACILITY_ADDRESS_UPDATED", "canvas.patient.facility_address_updated")]
    [InlineData("TASK_COMPLETED", "canvas.task.completed")]
    [InlineData("TASK_COMMENT_DELETED", "canvas.task.comment.deleted")]
    [InlineData("CLAIM_CREATED", "canvas.clinical_record.claim.created")]
    public void A_new_change_of_a_resource_goes_to_its_family(string name, string type) => Assert.Equal(type, Catalog.Place("canvas", name));

    [Fact]
    public void A_new_change_of_an_appointment_is_an_appointment_event_of_another_kind() =>
        Assert.Equal(AppointmentChange.Other, Assert.IsType<AppointmentEvent>(Event("canvas", "APPOINTMENT_LABEL_ADDED")).Change);

    [Theory]
    [InlineData("canvas", "UNKNOWN", "canvas.unclassified.unknown")]
    [InlineData("canvas", "CRON", "canvas.unclassified.cron")]
    [InlineData("canvas", "created", "canvas.unclassified.created")]
    [InlineData("canvas", "_CREATED", "canvas.unclassified._created")]
    [InlineData("canvas", "BANANA", "canvas.unclassified.banana")]
    [InlineData("careportals", "foo.bar", "careportals.unclassified.foo.bar")]
    [InlineData("careportals", "order", "careportals.unclassified.order")]
    [InlineData("smartflowsheet", "whiteboard.opened", "smartflowsheet.unclassified.whiteboard.opened")]
    [InlineData("smartflowsheet", "treatments", "smartflowsheet.unclassified.treatments")]
    public void What_no_grammar_places_is_unclassified(string source, string name, string type)
    {
        Assert.Equal(type, Catalog.Place(source, name));
        Assert.IsType<UnclassifiedEvent>(Event(source, name));
    }

    [Theory]
    [InlineData("careportals", "order.refunded", "careportals.order.refunded")]
    [InlineData("careportals", "Order.Created", "careportals.order.created")]
    [InlineData("careportals", "customer.deleted", "careportals.patient.deleted")]
    [InlineData("careportals", "order.item.back-ordered", "careportals.order.item.back_ordered")]
    [InlineData("smartflowsheet", "treatment.something", "smartflowsheet.treatment.something")]
    [InlineData("smartflowsheet", "treatments.something", "smartflowsheet.treatment.something_batch")]
    [InlineData("smartflowsheet", "hospitalization.updated", "smartflowsheet.hospitalization.updated")]
    [InlineData("smartflowsheet", "hospitalizations.updated", "smartflowsheet.hospitalization.updated_batch")]
    public void A_dotted_name_goes_by_its_first_word_and_a_plural_stays_apart_from_its_singular(string source, string name, string type) =>
        Assert.Equal(type, Catalog.Place(source, name));

    [Theory]
    [InlineData("appointment_canceled", EventTypes.Canvas.AppointmentCanceled)]
    [InlineData("Prescribe_Command__Post_Commit", "canvas.command.prescribe.post_commit")]
    [InlineData("refer_command__post_commit", "canvas.command.refer.post_commit")]
    public void Another_spelling_of_a_Canvas_name_means_the_same(string name, string type) => Assert.Equal(type, Catalog.Place("canvas", name));

    [Theory]
    [InlineData("order.created now", "careportals.order.created_now")]
    [InlineData("\U0001F600.created", "careportals.unclassified.__.created")]
    [InlineData("order.", "careportals.order._")]
    [InlineData(".", "careportals.unclassified._._")]
    [InlineData("caf\u00e9.opened", "careportals.unclassified.caf_.opened")]
    public void Any_other_character_becomes_an_underscore(string name, string type) => Assert.Equal(type, Catalog.Place("careportals", name));

    [Theory]
    [InlineData("PRESCRIBE_COMMAND__POST_{0}", "canvas.command.prescribe.post_")]
    [InlineData("APPOINTMENT_{0}", "canvas.appointment.")]
    [InlineData("{0}_COMMAND__POST_COMMIT", "canvas.command.")]
    [InlineData("{0}", "canvas.unclassified.")]
    public void A_name_of_a_thousand_characters_still_has_its_place(string pattern, string beginning)
    {
        var type = Catalog.Place("canvas", pattern.Replace("{0}", new string('X', 1000), StringComparison.Ordinal));

        Assert.StartsWith(beginning, type, StringComparison.Ordinal);
        Assert.True(type.Length is > 100 and <= 255);
    }

    /// <summary>Names as long as a body can be, made to make a backtracking matcher try every way.</summary>
    [Theory]
    [InlineData("canvas", "_")]
    [InlineData("canvas", "A__")]
    [InlineData("canvas", "A_COMMAND__")]
    [InlineData("canvas", "A__B__PRE_")]
    [InlineData("careportals", "order.")]
    [InlineData("smartflowsheet", "treatments.")]
    public void A_name_of_a_million_characters_takes_no_more_than_a_moment(string source, string part)
    {
        var name = string.Concat(Enumerable.Repeat(part, 1_000_000 / part.Length)) + "!";
        var limit = System.Diagnostics.Stopwatch.StartNew();

        var type = Catalog.Place(source, name);

        Assert.True(type.Length <= 255);
        Assert.True(limit.Elapsed < TimeSpan.FromSeconds(5), $"It took {limit.Elapsed}.");
    }

    [Fact]
    public void Any_name_of_any_sender_gives_a_valid_type() => Always.Holds(from source in Gen.Elements(Sources) from name in Names select (source, name), sent =>
    {
        var type = Catalog.Place(sent.source, sent.name);

        Assert.Matches(TypeFormat(), type);
        Assert.StartsWith($"{sent.source}.", type, StringComparison.Ordinal);
        Assert.True(Encoding.UTF8.GetByteCount(type) <= 255);
        Assert.NotNull(Family.Find(type.Split('.')[1]));
    }, tests: 3000);

    /// <summary>Pieces of real names in any order, and characters that have no place in one.</summary>
    static Gen<string> Names { get; } = Gen.OneOf(
        Gen.Elements(
            "PRE", "POST", "_", "__", "COMMAND", "_COMMAND__", "SEARCH", "_SEARCH", "SELECTED", "CREATED", "APPOINTMENT", "TASK", "PRESCRIBE", "order", "customer",
            "hospitalizations", "treatments", ".", "..", "-", "a", "Z", "9").ListOf().Select(string.Concat),
        Gen.Elements(" ", "\0", "\n", "\u00e9", "\u0130", "\u0131", "\u00df", "\u212a", "\ud83d", "\U0001F600", ".", "_", "#", "*", "A", "CREATED").NonEmptyListOf().Select(string.Concat),
        Gen.Elements(Catalog.Events.Select(e => e.Name)).Zip(Gen.Elements("", " ", "S", "_", ".x"), (name, tail) => name + tail));

    static CloudEvent Event(string source, string name) =>
        new UnclassifiedEvent { Id = "1", Source = source, Type = Catalog.Place(source, name), NativeType = name }.Classify();

    [GeneratedRegex(@"^[a-z0-9_]+(\.[a-z0-9_]+){2,}\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TypeFormat();
}
