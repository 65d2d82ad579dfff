using System.Text.Json;
using EventBus.Contracts;

namespace EventBus.Tests.Contracts;

/// <summary>One contract for whatever happens to an appointment, in whichever form it was reported: the typed views read each sender's payload.</summary>
public sealed class AppointmentEventTests
{
    const string Patient = "11112222333344445555666677778888";
    const string Appointment = "a1b2c3d4-0000-4000-8000-0123456789ab";

    [Theory]
    [InlineData("canvas", "APPOINTMENT_CREATED", AppointmentChange.Created)]
    [InlineData("canvas", "APPOINTMENT_RESCHEDULED", AppointmentChange.Rescheduled)]
    [InlineData("canvas", "APPOINTMENT_CANCELED", AppointmentChange.Canceled)]
    [InlineData("canvas", "APPOINTMENT_RESTORED", AppointmentChange.Restored)]
    [InlineData("canvas", "APPOINTMENT_NO_SHOWED", AppointmentChange.NoShowed)]
    [InlineData("canvas", "APPOINTMENT_CHECKED_IN", AppointmentChange.CheckedIn)]
    [InlineData("canvas", "APPOINTMENT_UPDATED", AppointmentChange.Updated)]
    [InlineData("careportals", "appointment.create", AppointmentChange.Created)]
    [InlineData("careportals", "appointment.confirmed", AppointmentChange.Confirmed)]
    [InlineData("careportals", "appointment.completed", AppointmentChange.Completed)]
    [InlineData("careportals", "appointment.cancelled", AppointmentChange.Canceled)]
    [InlineData("careportals", "appointment.no-show", AppointmentChange.NoShowed)]
    [InlineData("careportals", "appointment.updated", AppointmentChange.Updated)]
    [InlineData("careportals", "appointment.moved_to_mars", AppointmentChange.Other)]
    public void The_same_change_is_the_same_word_for_every_sender(string source, string name, AppointmentChange change) =>
        Assert.Equal(change, Event(source, Catalog.Place(source, name), "{}").Change);

    [Fact]
    public void A_Canvas_event_names_appointment_and_patient()
    {
        var @event = Event("canvas", EventTypes.Canvas.AppointmentCanceled, $$$"""{"type":"APPOINTMENT_CANCELED","target":"{{{Appointment}}}","context":{"patient":{"id":"{{{Patient}}}"}} }""");

        Assert.Equal((Appointment, Patient), (@event.AppointmentId, @event.PatientId));
        Assert.Equal((null, null), (@event.StartTime, @event.EndTime));
    }

    [Theory]
    [InlineData("""{"patient":{"id":"11112222333344445555666677778888"}}""", Patient)]
    [InlineData(""" {"patient_id":"11112222333344445555666677778888"}""", Patient)]
    [InlineData("", null)]
    [InlineData("{not JSON", null)]
    [InlineData("[]", null)]
    public void A_context_can_be_a_text_with_JSON_in_it(string context, string? patient)
    {
        var payload = JsonSerializer.Serialize(new { EventType = "APPOINTMENT_CREATED", target = Appointment, context });

        var @event = Event("canvas", EventTypes.Canvas.AppointmentCreated, payload);

        Assert.Equal((Appointment, patient), (@event.AppointmentId, @event.PatientId));
    }

    [Fact]
    public void A_null_target_and_an_empty_context_are_unknown()
    {
        var @event = Event("canvas", EventTypes.Canvas.AppointmentCreated, """{"type":"APPOINTMENT_CREATED","target":null,"context":{}}""");

        Assert.Equal((null, null, null, null), (@event.AppointmentId, @event.PatientId, @event.StartTime, @event.EndTime));
    }

    [Fact]
    public void A_plugins_payload_holds_the_appointment_and_the_patient_as_objects()
    {
        var @event = Event("canvas", EventTypes.Canvas.AppointmentRescheduled, $$$"""
            {"event_type":"appointment_rescheduled",
             "appointment":{"id":"{{{Appointment}}}","start_time":"2031-01-15T10:00:00","duration_minutes":60,"end_time":"2031-01-15T11:00:00","original_appointment":{"id":"other"}},
             "patient":{"id":"{{{Patient}}}"}}
            """);

        Assert.Equal((Appointment, Patient), (@event.AppointmentId, @event.PatientId));
        Assert.Equal(("2031-01-15T10:00:00", "2031-01-15T11:00:00"), (@event.StartTime, @event.EndTime));
    }

    [Fact]
    public void A_plugins_payload_can_name_the_patient_inside_the_appointment() => Assert.Equal(
        Patient,
        Event("canvas", EventTypes.Canvas.AppointmentCanceled, $$$"""{"event_type":"appointment_canceled","appointment":{"id":"{{{Appointment}}}","patient_id":"{{{Patient}}}"}}""").PatientId);

    [Fact]
    public void A_notification_has_all_four()
    {
        var @event = Event("canvas", EventTypes.Canvas.AppointmentCreated, $$"""
            {"canvas_patient_key":"{{Patient}}","appointment_external_id":"{{Appointment}}","start_time":"2031-03-04T15:30:00+00:00","end_time":"2031-03-04T15:50:00+00:00","created":true}
            """);

        Assert.Equal((Appointment, Patient), (@event.AppointmentId, @event.PatientId));
        Assert.Equal(("2031-03-04T15:30:00+00:00", "2031-03-04T15:50:00+00:00"), (@event.StartTime, @event.EndTime));
    }

    [Fact]
    public void A_notification_of_an_older_version_lacks_some()
    {
        var @event = Event("canvas", EventTypes.Canvas.AppointmentCreated, $$"""{"canvas_patient_key":"{{Patient}}","appointment_external_id":null,"start_time":null,"created":true}""");

        Assert.Equal((null, Patient, null, null), (@event.AppointmentId, @event.PatientId, @event.StartTime, @event.EndTime));
    }

    [Fact]
    public void A_change_record_of_a_new_appointment_has_its_id_and_start_and_its_end_is_start_plus_duration()
    {
        var payload = Created("2031-09-09T23:00:00+00:00", "20");

        Assert.Equal(AppointmentChange.Created, Record(payload).Change);
        var @event = Event("canvas", EventTypes.Canvas.AppointmentCreated, payload);
        Assert.Equal((Appointment, Patient), (@event.AppointmentId, @event.PatientId));
        Assert.Equal(("2031-09-09T23:00:00+00:00", "2031-09-09T23:20:00+00:00"), (@event.StartTime, @event.EndTime));
    }

    [Theory]
    [InlineData("2031-09-09T23:50:00-05:00", "20", "2031-09-10T00:10:00-05:00")]
    [InlineData("2031-09-09T10:00:00+05:30", "60", "2031-09-09T11:00:00+05:30")]
    [InlineData("2031-09-09T10:00:00Z", "15", "2031-09-09T10:15:00+00:00")]
    [InlineData("2031-09-09T10:00:00+00:00", "7.5", "2031-09-09T10:07:30+00:00")]
    [InlineData("2031-09-09T10:00:00.250000+00:00", "10", "2031-09-09T10:10:00.250000+00:00")]
    [InlineData("2031-09-09T10:00:00+00:00", "\"20\"", "2031-09-09T10:20:00+00:00")]
    [InlineData("2031-09-09T10:00:00", "20", "2031-09-09T10:20:00")]
    [InlineData("2031-09-09T10:00:00+00:00", "0", "2031-09-09T10:00:00+00:00")]
    [InlineData("2031-09-09T10:00:00+00:00", "null", null)]
    [InlineData("2031-09-09T10:00:00+00:00", "\"long\"", null)]
    [InlineData("2031-09-09T10:00:00+00:00", "1E+300", null)]
    [InlineData("tomorrow", "20", null)]
    public void An_end_keeps_the_offset_of_the_start_and_is_unknown_where_it_cannot_be_computed(string start, string minutes, string? end)
    {
        var @event = Event("canvas", EventTypes.Canvas.AppointmentCreated, Created(start, minutes));

        Assert.Equal((start, end), (@event.StartTime, @event.EndTime));
    }

    [Fact]
    public void An_end_that_the_record_gives_wins_over_the_duration() => Assert.Equal(
        "2031-09-09T11:11:11+00:00",
        Event("canvas", EventTypes.Canvas.AppointmentCreated, $$$"""
            {"field_changes":{"model_name":"appointment","created":true,"fields":{"start_time":[null,"2031-09-09T11:00:00+00:00"],"end_time":[null,"2031-09-09T11:11:11+00:00"],"duration_minutes":[null,20]}} }
            """).EndTime);

    [Fact]
    public void A_record_that_links_to_a_previous_appointment_is_a_rescheduling_and_the_FHIR_appointment_gives_the_times()
    {
        var payload = $$$"""
            {"canvas_patient_key":"{{{Patient}}}",
             "field_changes":{"model_name":"appointment","created":true,"external_id":"{{{Appointment}}}","fields":{"start_time":[null,"2031-09-09T23:00:00+00:00"],"duration_minutes":[null,20]}},
             "appointment":{"resourceType":"Appointment","start":"2031-09-09T23:01:00+00:00","end":"2031-09-09T23:31:00+00:00",
               "supportingInformation":[{"reference":"Location/1"},{"reference":"Appointment/0","display":"Previously Rescheduled Appointment"}]}}
            """;

        Assert.Equal(AppointmentChange.Rescheduled, Record(payload).Change);
        var @event = Event("canvas", EventTypes.Canvas.AppointmentRescheduled, payload);
        Assert.Equal((Appointment, Patient), (@event.AppointmentId, @event.PatientId));
        Assert.Equal(("2031-09-09T23:01:00+00:00", "2031-09-09T23:31:00+00:00"), (@event.StartTime, @event.EndTime));
    }

    [Theory]
    [InlineData("""[{"display":"Something else"}]""")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"Previously Rescheduled Appointment\"")]
    public void Any_other_supporting_information_leaves_it_a_creation(string links) => Assert.Equal(
        AppointmentChange.Created,
        Record($$$"""{"field_changes":{"model_name":"appointment","created":true,"fields":{}},"appointment":{"supportingInformation":{{{links}}}}}""").Change);

    [Theory]
    [InlineData("CLD", AppointmentChange.Canceled)]
    [InlineData("NSW", AppointmentChange.NoShowed)]
    [InlineData("RVT", AppointmentChange.Restored)]
    [InlineData("CVD", AppointmentChange.CheckedIn)]
    [InlineData("LKD", null)]
    [InlineData("cld", null)]
    public void A_record_of_a_state_change_means_the_new_state(string state, AppointmentChange? change) => Assert.Equal(change, Record(StateChange($"[\"NEW\",\"{state}\"]")).Change);

    [Theory]
    [InlineData("[\"CLD\",null]")]
    [InlineData("[\"CLD\"]")]
    [InlineData("[]")]
    [InlineData("{}")]
    public void A_state_that_is_not_there_means_nothing(string state) => Assert.Null(Record(StateChange(state)).Change);

    [Theory]
    [InlineData("""{"model_name":"appointment","created":false,"fields":{"start_time":["a","b"]}}""")]
    [InlineData("""{"model_name":"appointment","fields":{}}""")]
    [InlineData("""{"model_name":"note","created":true,"fields":{"state":["NEW","CLD"]}}""")]
    public void Any_other_change_means_nothing(string record) => Assert.Null(Record($$"""{"field_changes":{{record}}}""").Change);

    /// <summary>Its own external id is that of the state change, so the appointment is known only where it stands beside the record.</summary>
    [Theory]
    [InlineData("", null)]
    [InlineData(",\"appointment_external_id\":null", null)]
    [InlineData(",\"appointment_external_id\":\"a1b2c3d4-0000-4000-8000-0123456789ab\"", Appointment)]
    [InlineData(",\"appointment\":{\"id\":\"a1b2c3d4-0000-4000-8000-0123456789ab\"}", Appointment)]
    public void A_state_changes_own_id_is_not_the_appointments(string beside, string? id)
    {
        var @event = Event("canvas", EventTypes.Canvas.AppointmentCanceled, StateChange("[\"NEW\",\"CLD\"]", beside));

        Assert.Equal((id, Patient), (@event.AppointmentId, @event.PatientId));
        Assert.Equal((null, null), (@event.StartTime, @event.EndTime));
    }

    [Fact]
    public void A_change_record_can_be_the_whole_payload() => Assert.Equal(
        (AppointmentChange.Created, "appointment"),
        (Record("""{"model_name":"appointment","created":true,"fields":{}}""").Change, Record("""{"model_name":"appointment","created":true,"fields":{}}""").ModelName));

    [Fact]
    public void A_CarePortals_document_is_the_appointment_itself()
    {
        var @event = Event("careportals", "careportals.appointment.canceled", """
            {"_id":"64c0ffee0000000000000099","customer":{"_id":"64c0ffee0000000000000098"},"start":"2031-03-04T15:30:00.000Z","end":"2031-03-04T15:50:00.000Z","status":"cancelled"}
            """);

        Assert.Equal(AppointmentChange.Canceled, @event.Change);
        Assert.Equal(("64c0ffee0000000000000099", "64c0ffee0000000000000098"), (@event.AppointmentId, @event.PatientId));
    }

    [Fact]
    public void A_customers_template_of_it_has_dotted_keys()
    {
        var @event = Event("careportals", "careportals.appointment.created", """{"_id":"64c0ffee0000000000000099","customer._id":"64c0ffee0000000000000098"}""");

        Assert.Equal(("64c0ffee0000000000000099", "64c0ffee0000000000000098"), (@event.AppointmentId, @event.PatientId));
    }

    [Fact]
    public void An_event_without_a_payload_has_no_views()
    {
        var @event = new AppointmentEvent { Source = "tests", Type = "tests.appointment.created" };

        Assert.Equal(AppointmentChange.Created, @event.Change);
        Assert.Equal((null, null, null, null), (@event.AppointmentId, @event.PatientId, @event.StartTime, @event.EndTime));
    }

    static string Created(string start, string minutes) => $$$"""
        {"canvas_patient_key":"{{{Patient}}}",
         "field_changes":{"model_name":"appointment","created":true,"deleted":false,"canvas_id":14,"external_id":"{{{Appointment}}}","external_identifiers":null,
           "fields":{"id":[null,14],"patient_id":[null,3],"start_time":[null,"{{{start}}}"],"duration_minutes":[null,{{{minutes}}}]}} }
        """;

    static string StateChange(string state, string beside = "") => $$$"""
        {"canvas_patient_key":"{{{Patient}}}","field_changes":{"model_name":"notestatechangeevent","created":true,"canvas_id":7,"external_id":"not-the-appointment","fields":{"state":{{{state}}} } }{{{beside}}} }
        """;

    static CanvasChangeRecord Record(string payload) => CanvasChangeRecord.Find(JsonElement.Parse(payload))!;

    static AppointmentEvent Event(string source, string type, string payload) =>
        Assert.IsType<AppointmentEvent>(new UnclassifiedEvent { Id = "1", Source = source, Type = type, Data = JsonElement.Parse(payload) }.Classify());
}
