using System.Text.Json;
using Dapper;
using EventBus.Consumers.Appointments;
using EventBus.Contracts;
using EventBus.Storage;
using EventBus.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Appointments;

/// <summary>One record for each appointment, whichever way its changes come.</summary>
public sealed class AppointmentRecordTests(RabbitMqFixture broker)
{
    const string Patient = "0decaf00000040008000000000000001";

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task Events_notifications_and_change_records_of_one_appointment_are_one_record(TestTransport transport)
    {
        await using var host = await BusHost.StartAsync(transport, broker, b => b.WithConsumers());
        await SendAsync(host, "canvas", Change("a1", "2031-01-01T09:00:00+00:00", 30));
        await SendAsync(host, "canvas", """{"type":"APPOINTMENT_CREATED","target":"a1","context":{}}""");
        foreach (var flag in (string[])["cancelled", "reverted", "cancelled"])
        {
            await SendAsync(host, "canvas", $$"""{"canvas_patient_key":"{{Patient}}","{{flag}}":true,"appointment_external_id":"a1"}""");
        }

        var record = await UntilAsync(host, "a1", r => r.History.Count == 5);
        Assert.Equal((AppointmentStatus.Canceled, Patient, "2031-01-01T09:00:00+00:00", "2031-01-01T09:30:00+00:00"), (record.Status, record.Patient, record.Start, record.End));
        Assert.Equal(
            [AppointmentChange.Created, AppointmentChange.Created, AppointmentChange.Canceled, AppointmentChange.Restored, AppointmentChange.Canceled],
            record.History.Select(s => s.Change));
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task An_appointment_of_CarePortals_has_its_times_and_its_status(TestTransport transport)
    {
        await using var host = await BusHost.StartAsync(transport, broker, b => b.WithConsumers());
        await SendAsync(host, "careportals/appointment.create", """{"_id":"p1","customer":{"_id":"c1"},"start":"2031-03-04T15:30:00.000Z","end":"2031-03-04T15:50:00.000Z","status":"pending"}""");
        await SendAsync(host, "careportals/appointment.confirmed", """{"_id":"p1","customer":{"_id":"c1"},"start":"2031-03-05T15:30:00.000Z","end":"2031-03-05T15:50:00.000Z"}""");
        await SendAsync(host, "careportals/appointment.no-show", """{"_id":"p1","customer":{"_id":"c1"}}""");

        var record = await UntilAsync(host, "p1", r => r.History.Count == 3);
        Assert.Equal((AppointmentStatus.NoShowed, "c1", "2031-03-05T15:30:00.000Z", "2031-03-05T15:50:00.000Z"), (record.Status, record.Patient, record.Start, record.End));
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task A_rescheduled_appointment_and_the_one_it_replaces_know_each_other(TestTransport transport)
    {
        await using var host = await BusHost.StartAsync(transport, broker, b => b.WithConsumers());
        await SendAsync(host, "canvas", Change("old", "2031-01-01T09:00:00+00:00", 30));
        await SendAsync(host, "canvas", Change("new", "2031-01-02T09:00:00+00:00", 30, "old"));

        Assert.Equal("old", (await UntilAsync(host, "new", r => r.History.Count == 1)).RescheduledFrom);
        var old = await UntilAsync(host, "old", r => r.RescheduledTo is not null);
        Assert.Equal(("new", false), (old.RescheduledTo, old.IsActive));
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task A_notification_carries_the_times_that_an_earlier_event_of_the_appointment_has_said(TestTransport transport)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await BusHost.StartAsync(transport, broker, b => b.WithConsumers().WithEndpoint(0, "told", receiver.Url, ("Format", "appointment-notification")));
        await SendAsync(host, "canvas", Change("a1", "2031-01-01T09:00:00+00:00", 30));
        await UntilAsync(host, "a1", r => r.History.Count == 1);
        await SendAsync(host, "canvas", """{"type":"APPOINTMENT_RESCHEDULED","target":"a1","context":{"patient":{"id":"0decaf00000040008000000000000001"}}}""");
        await SendAsync(host, "canvas", """{"type":"APPOINTMENT_CREATED","target":"a2","context":{}}""");

        var bodies = (await receiver.UntilAsync(3)).Select(d => JsonElement.Parse(d.Body)).ToList();
        var rescheduled = Assert.Single(bodies, b => b.TryGetProperty("rescheduled", out _));
        Assert.Equal(("2031-01-01T09:00:00+00:00", "2031-01-01T09:30:00+00:00"), (rescheduled.GetProperty("start_time").GetString(), rescheduled.GetProperty("end_time").GetString()));
        var unknown = Assert.Single(bodies, b => b.GetProperty("appointment_external_id").GetString() == "a2");
        Assert.Equal(JsonValueKind.Null, unknown.GetProperty("start_time").ValueKind);
    }

    [Theory]
    [InlineData(TestTransport.Memory, true)]
    [InlineData(TestTransport.RabbitMq, true)]
    [InlineData(TestTransport.Memory, false)]
    [InlineData(TestTransport.RabbitMq, false)]
    public async Task Appointments_of_a_patient_that_overlap_are_told_of_once_where_that_is_asked_for(TestTransport transport, bool asked)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await BusHost.StartAsync(transport, broker, b => b
            .WithConsumers().WithArchive().With("EventBus:Appointments:Conflicts", asked ? "true" : null).WithEndpoint(0, "told", receiver.Url, ("Events:0", "eventbus.appointment.#")));
        await SendAsync(host, "canvas", Change("a1", "2031-01-01T09:00:00+00:00", 30));
        await UntilAsync(host, "a1", r => r.History.Count == 1);
        await SendAsync(host, "canvas", $$"""{"canvas_patient_key":"{{Patient}}","cancelled":true,"appointment_external_id":"a1"}""");
        await SendAsync(host, "canvas", Change("a2", "2031-01-01T09:15:00+00:00", 30));
        await SendAsync(host, "canvas", Change("a3", "2031-01-01T09:45:00+00:00", 30));
        await UntilAsync(host, "a3", r => r.History.Count == 1);
        Assert.Empty(receiver.Deliveries);
        foreach (var flag in (string[])["reverted", "checked_in"])
        {
            await SendAsync(host, "canvas", $$"""{"canvas_patient_key":"{{Patient}}","{{flag}}":true,"appointment_external_id":"a1"}""");
        }

        await UntilAsync(host, "a1", r => r.History.Count == 4);
        if (asked)
        {
            var told = EventJson.Parse((await receiver.UntilAsync(1))[0].Body);
            var (ids, start, end) = (new[] { ((AppointmentEvent)told).AppointmentId!, told.Data!.Value.GetProperty("other").GetString()! }, told.Data!.Value.GetProperty("start_time"), told.Data!.Value.GetProperty("end_time"));
            Assert.Equal((EventTypes.EventBus.AppointmentConflict, Patient, "application/json"), (told.Type, told.Subject, told.DataContentType));
            Assert.Equal(["a1", "a2"], ids);
            Assert.Equal((new DateTimeOffset(2031, 1, 1, 9, 15, 0, default), new DateTimeOffset(2031, 1, 1, 9, 30, 0, default)), (start.GetDateTimeOffset(), end.GetDateTimeOffset()));
        }

        await Eventually.TrueAsync(async () => await CountAsync(host, "SELECT count(*) FROM outbox") == 0 && await CountAsync(host, "SELECT count(*) FROM deliveries WHERE state = 0") == 0, "nothing waits");
        await Eventually.TrueAsync(async () => await CountAsync(host, "SELECT count(*) FROM events WHERE source = '/eventbus/appointments'") == (asked ? 1 : 0), "it is in the archive, and once");
    }

    static string Change(string id, string start, int minutes, string? from = null)
    {
        var link = from is null ? "" : $$""","appointment":{"supportingInformation":[{"reference":"Appointment/{{from}}","display":"Previously Rescheduled Appointment"}]}""";
        return $$$"""{"canvas_patient_key":"{{{Patient}}}","field_changes":{"model_name":"appointment","created":true,"external_id":"{{{id}}}","fields":{"start_time":[null,"{{{start}}}"],"duration_minutes":[null,{{{minutes}}}]}}{{{link}}}}""";
    }

    static async Task SendAsync(BusHost host, string route, string body)
    {
        using var response = await host.PostAsync($"/v1/{route}", body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    static async Task<AppointmentRecord> UntilAsync(BusHost host, string id, Func<AppointmentRecord, bool> condition)
    {
        AppointmentRecord? found = null;
        await Eventually.TrueAsync(
            async () =>
            {
                await using var connection = await host.Services.GetRequiredService<Database>().ConnectAsync();
                var states = await connection.QueryAsync<string>("SELECT state FROM records WHERE kind = 'appointment' AND state IS NOT NULL");
                found = states.Select(s => JsonSerializer.Deserialize(s, AppointmentJson.Default.AppointmentRecord)!).SingleOrDefault(r => r.Id == id && condition(r));
                return found is not null;
            },
            $"the record of {id} is as expected");
        return found!;
    }

    static async Task<long> CountAsync(BusHost host, string sql)
    {
        await using var connection = await host.Services.GetRequiredService<Database>().ConnectAsync();
        return await connection.QuerySingleAsync<long>(sql);
    }
}
