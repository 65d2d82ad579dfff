using EventBus.Tests.Fixtures;

namespace EventBus.Tests.Delivery;

/// <summary>The six documents of the appointment notification, whichever way the change came in.</summary>
public sealed class AppointmentNotificationTests
{
    const string Patient = "06669a76329f4577bea114bc50072da6";
    const string Appointment = "e999b5c7-d12f-498c-816a-f3c66946a911";

    public static TheoryData<string, string, string> Changes => new()
    {
        // From a notification, whose own order of keys does not matter and whose other fields go no further.
        { "created", $$"""{"created":true,"end_time":"2021-12-24T22:00:00+00:00","start_time":"2021-12-24T21:30:00+00:00","appointment_external_id":"{{Appointment}}","canvas_patient_key":"{{Patient}}","more":1}""", Created("created") },
        { "rescheduled", $$"""{"canvas_patient_key":"{{Patient}}","appointment_external_id":"{{Appointment}}","start_time":"2021-12-24T21:30:00+00:00","end_time":"2021-12-24T22:00:00+00:00","rescheduled":true}""", Created("rescheduled") },
        { "cancelled", Flagged("cancelled"), Flagged("cancelled") },
        { "reverted", Flagged("reverted"), Flagged("reverted") },
        { "no_show", Flagged("no_show"), Flagged("no_show") },
        { "checked_in", Flagged("checked_in"), Flagged("checked_in") },

        // From a Canvas event, which knows no times; what is not known is null.
        { "event created", Event("APPOINTMENT_CREATED"), $$"""{"canvas_patient_key":"{{Patient}}","appointment_external_id":"{{Appointment}}","start_time":null,"end_time":null,"created":true}""" },
        { "event rescheduled", Event("APPOINTMENT_RESCHEDULED"), $$"""{"canvas_patient_key":"{{Patient}}","appointment_external_id":"{{Appointment}}","start_time":null,"end_time":null,"rescheduled":true}""" },
        { "event cancelled", Event("APPOINTMENT_CANCELED"), Flagged("cancelled") },
        { "event reverted", Event("APPOINTMENT_RESTORED"), Flagged("reverted") },
        { "event no_show", Event("APPOINTMENT_NO_SHOWED"), Flagged("no_show") },
        { "event checked_in", Event("APPOINTMENT_CHECKED_IN"), Flagged("checked_in") },
        { "event bare", """{"EventType":"APPOINTMENT_CANCELED","target":null,"context":""}""", """{"canvas_patient_key":null,"cancelled":true,"appointment_external_id":null}""" },

        // From a change record: the end is the start and the duration, with the start's offset.
        { "record created", Record("""{"model_name":"appointment","created":true,"fields":{"start_time":[null,"2021-12-24T21:30:00+00:00"],"duration_minutes":[null,30]},"external_id":"%"}"""), Created("created") },
        {
            "record rescheduled",
            $$$"""{"canvas_patient_key":"{{{Patient}}}","appointment":{"start":"2021-12-24T21:30:00+00:00","end":"2021-12-24T22:00:00+00:00","supportingInformation":[{"display":"Previously Rescheduled Appointment"}]},"field_changes":{"model_name":"appointment","created":true,"fields":{},"external_id":"{{{Appointment}}}"} }""",
            Created("rescheduled")
        },
        { "record elsewhere", Record("""{"model_name":"appointment","created":true,"fields":{"start_time":[null,"2021-12-24T23:45:00-05:00"],"duration_minutes":[null,"20"]},"external_id":"%"}"""), Created("created").Replace("2021-12-24T21:30:00+00:00", "2021-12-24T23:45:00-05:00", StringComparison.Ordinal).Replace("2021-12-24T22:00:00+00:00", "2021-12-25T00:05:00-05:00", StringComparison.Ordinal) },
        { "record cancelled", State("CLD"), Flagged("cancelled") },
        { "record reverted", State("RVT"), Flagged("reverted") },
        { "record no_show", State("NSW"), Flagged("no_show") },
        { "record checked_in", State("CVD"), Flagged("checked_in") },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Each_change_is_delivered_as_the_document_has_it(string change, string sent, string document)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await StartAsync(receiver);
        using var response = await host.PostAsync("/v1/canvas", sent);
        Assert.True(response.IsSuccessStatusCode, change);
        var delivery = Assert.Single(await receiver.UntilAsync(1));
        Assert.Equal(document, delivery.Text);
        Assert.Equal("application/json", delivery.Headers["Content-Type"]);
    }

    [Fact]
    public async Task Other_changes_and_other_systems_are_filtered()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await StartAsync(receiver);
        foreach (var sent in (string[])[Event("APPOINTMENT_UPDATED"), Event("APPOINTMENT_LABEL_ADDED"), $$"""{"canvas_patient_key":"{{Patient}}","appointment_external_id":null,"start_time":null}"""])
        {
            using var other = await host.PostAsync("/v1/canvas", sent);
            Assert.True(other.IsSuccessStatusCode);
        }

        using var careportals = await host.PostAsync("/v1/careportals/appointment.cancelled", """{"_id":"a","customer":"c"}""");
        Assert.True(careportals.IsSuccessStatusCode);
        using var marker = await host.PostAsync("/v1/canvas", Flagged("no_show"));
        await receiver.UntilAsync(1);
        Assert.Equal(Flagged("no_show"), Assert.Single(receiver.Deliveries).Text);
    }

    static Task<BusHost> StartAsync(Receiver receiver) => BusHost.StartInMemoryAsync(b => b
        .WithConsumers()
        .WithEndpoint(0, "scheduling", receiver.Url, ("Format", "appointment-notification")));

    static string Created(string flag) =>
        $$"""{"canvas_patient_key":"{{Patient}}","appointment_external_id":"{{Appointment}}","start_time":"2021-12-24T21:30:00+00:00","end_time":"2021-12-24T22:00:00+00:00","{{flag}}":true}""";

    static string Flagged(string flag) => $$"""{"canvas_patient_key":"{{Patient}}","{{flag}}":true,"appointment_external_id":"{{Appointment}}"}""";

    static string Event(string type) => $$$"""{"EventType":"{{{type}}}","target":"{{{Appointment}}}","context":"{\"patient\":{\"id\":\"{{{Patient}}}\"}}"}""";

    static string Record(string record) =>
        $$"""{"canvas_patient_key":"{{Patient}}","field_changes":{{record.Replace("%", Appointment, StringComparison.Ordinal)}} }""";

    static string State(string state) =>
        $$"""{"canvas_patient_key":"{{Patient}}","appointment_external_id":"{{Appointment}}","field_changes":{"model_name":"notestatechangeevent","created":true,"fields":{"state":[null,"{{state}}"]},"external_id":"not-this"} }""";
}
