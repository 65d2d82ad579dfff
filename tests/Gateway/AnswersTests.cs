using System.Net;
using EventBus.Contracts;
using EventBus.Tests.Fixtures;

namespace EventBus.Tests.Gateway;

/// <summary>What a sender is told: the event's id, its type, and what it is about.</summary>
public sealed class AnswersTests(SharedGateway gateway) : IClassFixture<SharedGateway>
{
    const string Notification = """{"canvas_patient_key":"p","appointment_external_id":"a"}""";
    const string Ignored = """{"canvas_patient_key":"p","field_changes":{"model_name":"note","created":true,"fields":{}}}""";

    [Theory]
    [InlineData("/v1/canvas", "application/json", """{"type":"TASK_CREATED","target":"t-1"}""", "canvas.task.created", "t-1")]
    [InlineData("/v1/careportals/order.created", "application/json", """{"_id":"o-1"}""", "careportals.order.created", "o-1")]
    [InlineData("/v1/events", EventJson.MediaType, """{"specversion":"1.0","id":"answer-1","source":"/shop","type":"shop.order.placed","subject":"s-1"}""", "shop.order.placed", "s-1")]
    public async Task An_answer_is_id_type_and_subject_of_the_event(string path, string contentType, string body, string type, string subject)
    {
        var answer = await gateway.AcceptAsync(path, body, contentType);

        Assert.Equal(["id", "type", "subject"], answer.EnumerateObject().Select(p => p.Name));
        Assert.Equal((type, subject), (answer.GetProperty("type").GetString(), answer.GetProperty("subject").GetString()));
        var @event = await gateway.EventAsync(answer.GetProperty("id").GetString());
        Assert.Equal((type, subject), (@event.Type, @event.Subject));
    }

    [Fact]
    public async Task Smart_Flow_Sheet_is_answered_200_and_nothing_else()
    {
        using var response = await gateway.Host.PostAsync("/v1/smartflowsheet", SmartFlowSheet("treatment.record_entered", "{}"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("webhook-id", "msg_1", "msg_1")]
    [InlineData("Idempotency-Key", "key-1", "key-1")]
    [InlineData("Idempotency-Key", "\"key-2\"", "key-2")]
    [InlineData("webhook-id", "id with spaces, commas & \u0025", "id with spaces, commas & %")]
    public async Task The_senders_id_is_the_events_id(string header, string value, string id)
    {
        var answer = await gateway.AcceptAsync("/v1/canvas", """{"type":"TASK_CREATED"}""", "application/json", (header, value));

        Assert.Equal(id, answer.GetProperty("id").GetString());
        Assert.Equal(id, (await gateway.EventAsync(id)).Id);
    }

    [Fact]
    public async Task A_webhook_id_wins_over_an_idempotency_key()
    {
        var answer = await gateway.AcceptAsync("/v1/careportals/order.created", "{}", "application/json", ("Idempotency-Key", "second"), ("webhook-id", "first"));

        Assert.Equal("first", answer.GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_CloudEvent_has_its_own_id_whatever_the_headers_say()
    {
        var answer = await gateway.AcceptAsync(
            "/v1/events", """{"specversion":"1.0","id":"its-own","source":"/shop","type":"shop.order.placed"}""", EventJson.MediaType, ("webhook-id", "another"));

        Assert.Equal("its-own", answer.GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("webhook-id", "\"\"")]
    [InlineData("Idempotency-Key", "\"\"")]
    [InlineData("webhook-id", "256")]
    public async Task A_header_that_holds_no_id_is_refused_by_its_name(string header, string value) =>
        Assert.Equal([header], await gateway.RefuseAsync("/v1/canvas", """{"type":"TASK_CREATED"}""", "application/json", (header, value == "256" ? new string('x', 256) : value)));

    [Fact]
    public async Task In_an_array_each_event_has_the_senders_id_and_its_place()
    {
        var answer = await gateway.AcceptAsync(
            "/v1/canvas", $$"""[{"type":"TASK_CREATED","target":"one"},{{Ignored}},{"type":"TASK_UPDATED","target":"three"}]""", "application/json", ("webhook-id", "array"));

        Assert.Equal(3, answer.GetArrayLength());
        Assert.Equal(("array.0", "one"), (answer[0].GetProperty("id").GetString(), answer[0].GetProperty("subject").GetString()));
        Assert.True(answer[1].GetProperty("ignored").GetBoolean());
        Assert.Equal(("array.2", "three"), (answer[2].GetProperty("id").GetString(), answer[2].GetProperty("subject").GetString()));
        Assert.Equal("one", (await gateway.EventAsync("array.0")).Subject);
        Assert.Equal("three", (await gateway.EventAsync("array.2")).Subject);
        Assert.DoesNotContain(gateway.Events, e => e.Id == "array.1");
    }

    [Fact]
    public async Task Without_an_id_it_is_a_UUID_that_is_greater_than_earlier_ones()
    {
        async Task<string> Id() => (await gateway.AcceptAsync("/v1/canvas", """{"type":"TASK_CREATED"}""")).GetProperty("id").GetString()!;
        var first = await Id();
        var then = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await Eventually.TrueAsync(() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() > then, "the clock has moved on");
        var second = await Id();

        Assert.Equal(7, Guid.ParseExact(first, "D").Version);
        Assert.True(string.CompareOrdinal(first, second) < 0, $"{first} {second}");
    }

    [Fact]
    public async Task The_time_of_an_event_that_has_none_is_when_it_came()
    {
        var before = DateTimeOffset.UtcNow.AddMilliseconds(-1);
        var @event = await gateway.SendAsync("/v1/canvas", """{"type":"TASK_CREATED"}""");

        Assert.InRange(@event.Timestamp!.Value, before, DateTimeOffset.UtcNow);
    }

    [Theory]
    [InlineData("""{"type":"APPOINTMENT_CREATED","target":"a","context":{"patient":{"id":"p"}}}""", "p")]
    [InlineData("""{"type":"APPOINTMENT_CREATED","target":"a","context":"{\"patient\":{\"id\":\"p\"}}"}""", "p")]
    [InlineData("""{"type":"NOTE_STATE_CHANGE_EVENT_CREATED","target":"n","context":{"note_id":"n","patient_id":"p","state":"NEW"}}""", "p")]
    [InlineData("""{"event_type":"appointment_rescheduled","appointment":{"id":"a"},"patient":{"id":"p"}}""", "p")]
    [InlineData("""{"event_type":"appointment_canceled","appointment":{"id":"a","patient_id":"p"}}""", "p")]
    [InlineData("""{"EventType":"TASK_CREATED","target":"t","context":{}}""", "t")]
    [InlineData("""{"type":"TASK_CREATED","target":17,"context":{}}""", "17")]
    [InlineData("""{"type":"TASK_CREATED","target":"t","context":""}""", "t")]
    [InlineData("""{"type":"TASK_CREATED","target":"t","context":"{not JSON"}""", "t")]
    [InlineData("""{"type":"TASK_CREATED","target":"t","context":"{\"\\ud83d\":1}"}""", "t")]
    [InlineData("""{"type":"TASK_CREATED","target":"t","context":"{\"\\ud83d\\ud83d\\ud83d\":1}"}""", "t")]
    [InlineData("""{"type":"TASK_CREATED","target":"t","context":"\ud83d"}""", "t")]
    [InlineData("""{"type":"TASK_CREATED","target":null,"context":{}}""", null)]
    [InlineData("""{"type":"TASK_CREATED","target":null,"context":""}""", null)]
    [InlineData("""{"type":"TASK_CREATED","target":"","context":null}""", null)]
    [InlineData("""{"type":"TASK_CREATED","target":"a\u0000b"}""", null)]
    [InlineData("""{"type":"TASK_CREATED","target":"\ud83d"}""", null)]
    [InlineData("""{"type":"UNKNOWN","target":null,"context":""}""", null)]
    [InlineData("""{"canvas_patient_key":"p","appointment_external_id":"a","created":true}""", "p")]
    [InlineData("""{"canvas_patient_key":null,"appointment_external_id":"a","cancelled":true}""", "a")]
    [InlineData("""{"canvas_patient_key":null,"appointment_external_id":null,"cancelled":true}""", null)]
    [InlineData("""{"canvas_patient_key":"p","field_changes":{"model_name":"appointment","created":true,"external_id":"a","fields":{}}}""", "p")]
    [InlineData("""{"field_changes":{"model_name":"appointment","created":true,"external_id":"a","fields":{}}}""", "a")]
    public Task A_Canvas_event_is_about_the_patient_or_the_target(string body, string? subject) => AssertSubjectAsync("/v1/canvas", body, subject);

    [Theory]
    [InlineData("order.created", """{"_id":"o","customer":{"_id":"c"}}""", "c")]
    [InlineData("order.created", """{"_id":"o","customer._id":"c"}""", "c")]
    [InlineData("order.created", """{"customer":null,"_id":"o"}""", "o")]
    [InlineData("order.created", """{"_id":"o","id":40417}""", "o")]
    [InlineData("order.created", """{"id":40417}""", "40417")]
    [InlineData("order.created", """{"order._id":"o"}""", "o")]
    [InlineData("order.created", "{}", null)]
    [InlineData("order.created", """{"_id":"o","customer":"{\"_id\":\"c\"}"}""", "c")]
    [InlineData("order.created", """{"_id":"o","customer":"{\"email\":\"somebody@example.org\"}"}""", "o")]
    [InlineData("order.created", """{"_id":"o","customer":"{\"\\ud83d\":1}"}""", "o")]
    [InlineData("customer.created", """{"_id":"c","id":7}""", "c")]
    [InlineData("message.inbound", """{"_id":"m","customer":"c"}""", "c")]
    [InlineData("never.seen", """{"_id":"x","customer":{"_id":"c"}}""", "c")]
    public Task A_CarePortals_event_is_about_the_customer_or_the_document(string name, string body, string? subject) => AssertSubjectAsync($"/v1/careportals/{name}", body, subject);

    [Theory]
    [InlineData("hospitalization.discharged", """{"hospitalizationId":"h","patient":{"patientId":"p"}}""", "p")]
    [InlineData("hospitalization.discharged", """{"hospitalizationId":"h","hospitalizationGuid":"g"}""", "h")]
    [InlineData("hospitalization.created", """{"hospitalizationId":null,"hospitalizationGuid":"g"}""", "g")]
    [InlineData("treatment.record_entered", """{"treatmentGuid":"t","hospitalizationId":"h"}""", "h")]
    [InlineData("treatments.records_entered", """{"id":"op","treatments":[{"hospitalizationId":"h"},{"hospitalizationId":"h"}]}""", "h")]
    [InlineData("treatments.records_entered", """{"id":"op","treatments":[{"hospitalizationId":"h"},{"hospitalizationId":"i"}]}""", "op")]
    [InlineData("treatments.records_entered", """{"id":"op","treatments":[]}""", "op")]
    [InlineData("hospitalizations.discharged", """{"hospitalizations":[{"patient":{"patientId":"p"}},{"patient":{"patientId":"p"}}],"id":"op"}""", "p")]
    [InlineData("hospitalizations.discharged", """{"hospitalizations":[{"patient":{"patientId":"p"}},{"patient":{"patientId":"q"}}],"id":"op"}""", "op")]
    [InlineData("inventoryitems.imported", """{"id":"op","inventoryitems":[]}""", "op")]
    [InlineData("never.seen", "{}", null)]
    public async Task A_Smart_Flow_Sheet_event_is_about_the_patient_or_the_stay_or_the_operation(string name, string about, string? subject)
    {
        var id = $"{Guid.NewGuid()}";
        using var response = await gateway.Host.PostAsync("/v1/smartflowsheet", SmartFlowSheet(name, about), "application/json", ("webhook-id", id));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(subject, (await gateway.EventAsync(id)).Subject);
    }

    [Theory]
    [InlineData("canvas.task.created", """{"target":"t","context":{"patient":{"id":"p"}}}""", "p")]
    [InlineData("shop.order.placed", """{"patient":{"id":"p"}}""", "p")]
    [InlineData("shop.order.placed", """{"patient":{"id":"a\u0000b"}}""", null)]
    [InlineData("shop.order.placed", "\"text\"", null)]
    public async Task A_CloudEvent_without_a_subject_gets_one_by_the_same_rules(string type, string data, string? subject)
    {
        var @event = await gateway.SendAsync(
            "/v1/events", $$"""{"specversion":"1.0","id":"{{Guid.NewGuid()}}","source":"/shop","type":"{{type}}","data":{{data}} }""", EventJson.MediaType);

        Assert.Equal(subject, @event.Subject);
    }

    [Theory]
    [InlineData("\"created\":true", "canvas.appointment.created", "created")]
    [InlineData("\"created\":true,\"rescheduled\":true", "canvas.appointment.rescheduled", "rescheduled")]
    [InlineData("\"cancelled\":true,\"created\":false", "canvas.appointment.canceled", "cancelled")]
    [InlineData("\"reverted\":true", "canvas.appointment.restored", "reverted")]
    [InlineData("\"no_show\":true", "canvas.appointment.no_showed", "no_show")]
    [InlineData("\"checked_in\":true", "canvas.appointment.checked_in", "checked_in")]
    public async Task A_notification_means_what_its_flag_says(string flags, string type, string native)
    {
        var @event = await gateway.SendAsync("/v1/canvas", $"{Notification[..^1]},{flags}}}");

        Assert.Equal((type, native), (@event.Type, @event.NativeType));
    }

    [Theory]
    [InlineData("")]
    [InlineData(",\"created\":false")]
    [InlineData(",\"created\":\"true\",\"start_time\":null")]
    public async Task A_notification_without_a_flag_is_another_change_of_an_appointment(string flags)
    {
        var @event = Assert.IsType<AppointmentEvent>(await gateway.SendAsync("/v1/canvas", $"{Notification[..^1]}{flags}}}"));

        Assert.Equal(("canvas.appointment.other", AppointmentChange.Other), (@event.Type, @event.Change));
        Assert.Equal(("a", "p"), (@event.AppointmentId, @event.PatientId));
    }

    [Theory]
    [InlineData("CLD", "canvas.appointment.canceled")]
    [InlineData("NSW", "canvas.appointment.no_showed")]
    [InlineData("RVT", "canvas.appointment.restored")]
    [InlineData("CVD", "canvas.appointment.checked_in")]
    public async Task A_change_of_state_means_the_new_state(string state, string type)
    {
        var @event = await gateway.SendAsync("/v1/canvas", StateChange(state));

        Assert.Equal((type, "notestatechangeevent"), (@event.Type, @event.NativeType));
        Assert.Equal(StateChange(state), @event.Data!.Value.GetRawText());
    }

    [Theory]
    [InlineData(Ignored)]
    [InlineData("""{"canvas_patient_key":"p","field_changes":{"model_name":"appointment","created":false,"fields":{"start_time":["a","b"]}}}""")]
    [InlineData("""{"canvas_patient_key":"p","field_changes":{"model_name":"notestatechangeevent","created":true,"fields":{"state":["NEW","LKD"]}}}""")]
    public async Task A_change_that_means_no_event_is_taken_and_ignored(string body)
    {
        var before = gateway.Events.Count;
        var id = $"ignored-{body.Length}";
        var answer = await gateway.AcceptAsync("/v1/canvas", body, "application/json", ("webhook-id", id));

        Assert.True(answer.GetProperty("ignored").GetBoolean());
        Assert.False(answer.TryGetProperty("id", out _));
        await gateway.SendAsync("/v1/canvas", """{"type":"TASK_CREATED"}""");
        Assert.DoesNotContain(gateway.Events.Skip(before), e => e.Id == id);
    }

    [Theory]
    [InlineData("com.example.something", typeof(UnclassifiedEvent))]
    [InlineData("single", typeof(UnclassifiedEvent))]
    [InlineData("shop.order.exploded", typeof(OrderEvent))]
    [InlineData("Com.Example/Thing v2", typeof(UnclassifiedEvent))]
    public async Task A_CloudEvents_type_never_seen_is_taken_as_it_is(string type, Type contract)
    {
        var @event = await gateway.SendAsync(
            "/v1/events", $$"""{"specversion":"1.0","id":"{{Guid.NewGuid()}}","source":"/shop","type":"{{type}}","data":{} }""", EventJson.MediaType);

        Assert.Equal(type, @event.Type);
        Assert.IsType(contract, @event);
    }

    [Theory]
    [InlineData("prescription.fulfillment")]
    [InlineData("prescription.fulfilled")]
    public async Task Of_two_spellings_the_one_that_arrived_is_kept(string name)
    {
        var @event = await gateway.SendAsync($"/v1/careportals/{name}", """{"_id":"p"}""");

        Assert.Equal(("careportals.prescription.fulfillment", name), (@event.Type, @event.NativeType));
    }

    /// <summary>Without keys, clinics still stay apart, and their keys do not become part of an attribute.</summary>
    [Fact]
    public async Task Each_clinic_is_a_tenant_of_its_own()
    {
        async Task<string> Tenant(string clinic)
        {
            var id = $"{Guid.NewGuid()}";
            using var response = await gateway.Host.PostAsync(
                "/v1/smartflowsheet", SmartFlowSheet("treatment.record_entered", "{}").Replace("example-clinic", clinic, StringComparison.Ordinal), "application/json", ("webhook-id", id));
            return (await gateway.EventAsync(id)).Tenant!;
        }

        var (north, again, south) = (await Tenant("north-clinic"), await Tenant("north-clinic"), await Tenant("south-clinic"));

        Assert.Equal(north, again);
        Assert.NotEqual(north, south);
        Assert.DoesNotContain("north-clinic", north, StringComparison.Ordinal);
    }

    async Task AssertSubjectAsync(string path, string body, string? subject)
    {
        var answer = await gateway.AcceptAsync(path, body);

        Assert.Equal(subject, answer.GetProperty("subject").GetString());
        var @event = await gateway.EventAsync(answer.GetProperty("id").GetString());
        Assert.Equal(subject, @event.Subject);
        Assert.Equal(body, @event.Data!.Value.GetRawText());
    }

    static string SmartFlowSheet(string name, string about) => $$"""{"clinicApiKey":"example-clinic","eventType":"{{name}}","object":{{about}} }""";

    static string StateChange(string state) =>
        $$$"""{"canvas_patient_key":"p","appointment_external_id":"a","field_changes":{"model_name":"notestatechangeevent","created":true,"fields":{"state":["NEW","{{{state}}}"]} } }""";
}
