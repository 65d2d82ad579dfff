using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using EventBus.Contracts;
using EventBus.Storage;
using EventBus.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Treatments;

/// <summary>What comes from a flow sheet is kept as a record of each hospitalization, and the outcome of each operation is reported until it is taken.</summary>
public sealed class TreatmentsTests(RabbitMqFixture broker)
{
    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task A_hospitalization_has_what_stands_on_its_flow_sheet_and_its_history(TestTransport transport)
    {
        await using var host = await BusHost.StartAsync(transport, broker, b => b.WithConsumers());
        await SendAsync(host, "hospitalization.created", """{"hospitalizationId":"h-1","status":"active","patient":{"patientId":"p-1"}}""");
        await SendAsync(host, "treatments.records_entered", Operation("o-1", ("t-1", "h-1", "added"), ("t-2", "h-1", "added"), ("t-9", "h-2", "added")));
        await SendAsync(host, "treatments.records_entered", Operation("o-2", ("t-1", "h-1", "added"), ("t-1", "h-1", "removed"), ("t-2", "h-1", "removed")));
        await SendAsync(host, "notes.entered", """{"notes":[{"noteGuid":"n-1","hospitalizationId":"h-1","status":"added"}]}""");
        await SendAsync(host, "forms.created", """{"forms":[{"formGuid":"f-1","hospitalizationId":"h-1"}]}""");
        await SendAsync(host, "anesthetics.finalized", """{"anesthetics":[{"surgeryGuid":"s-1","hospitalizationId":"h-1"}]}""");
        await SendAsync(host, "hospitalizations.discharged", """{"hospitalizations":[{"hospitalizationId":"h-1","patient":{"patientId":"p-1"}}],"id":"o-3"}""");
        await SendAsync(host, "treatment.record_entered", """{"treatmentGuid":"t-3","hospitalizationId":"h-1","status":"sideways"}""");

        var record = await Stays.RecordAsync(Database(host), "h-1", r => r.Entries.Count == 6 && r.ClosedAt is not null && r.Find("treatment", "t-1")?.Changes == 3);
        Assert.Equal((HospitalizationStatus.Discharged, "p-1"), (record.Status, record.Patient));
        Assert.Equal(
            [("anesthetic", "s-1", null), ("form", "f-1", null), ("note", "n-1", "added"), ("treatment", "t-1", "added"), ("treatment", "t-2", "removed"), ("treatment", "t-3", "sideways")],
            record.Entries.Select(e => (e.Kind, e.Id, e.Status)).Order());
        Assert.Equal(["t-3"], record.Entries.Where(e => e.AfterDischarge).Select(e => e.Id));
        Assert.Equal("t-9", Assert.Single((await Stays.RecordAsync(Database(host), "h-2", _ => true)).Entries).Id);

        // Admitted again, it is open again.
        await SendAsync(host, "hospitalization.created", """{"hospitalizationId":"h-1"}""");
        await SendAsync(host, "treatment.record_entered", """{"treatmentGuid":"t-4","hospitalizationId":"h-1","status":"added"}""");
        Assert.False((await Stays.RecordAsync(Database(host), "h-1", r => r.Find("treatment", "t-4") is not null)).Find("treatment", "t-4")!.AfterDischarge);
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task The_outcome_of_an_operation_is_reported_with_all_that_came(TestTransport transport)
    {
        await using var server = await Receiver.StartAsync();
        await using var host = await BusHost.StartAsync(transport, broker, b => b.WithConsumers().WithEndpoint(0, "flowsheet", Base(server), Settings));
        await SendAsync(host, "hospitalization.discharged", """{"hospitalizationId":"h-2"}""");
        await Stays.RecordAsync(Database(host), "h-2", r => r.ClosedAt is not null);
        const string operation = """{"objectType":"treatments","unknown":{"n":1.50,"x":null},"id":"o-1","treatments":[{"treatmentGuid":"t-1","hospitalizationId":"h-1","status":"added","qty":0.10,"value":null,"später":"ü<"},{"treatmentGuid":"t-2","hospitalizationId":"h-2","status":"changed","asyncOperationStatus":7},{"treatmentGuid":"t-3","status":"added"},5]}""";
        await SendAsync(host, "treatments.records_entered", operation);

        var sent = (await server.UntilAsync(1))[0];
        Assert.Equal("/api/v3/treatments", sent.Path);
        Assert.Equal(("emr", "k", "Europe/Vienna"), (sent.Headers["emrApiKey"], sent.Headers["clinicApiKey"], sent.Headers["timezoneName"]));
        Assert.Equal(
            """{"objectType":"treatments","unknown":{"n":1.50,"x":null},"id":"o-1","treatments":[{"treatmentGuid":"t-1","hospitalizationId":"h-1","status":"added","qty":0.10,"value":null,"später":"ü<","asyncOperationStatus":0,"asyncOperationMessage":null},{"treatmentGuid":"t-2","hospitalizationId":"h-2","status":"changed","asyncOperationStatus":0,"asyncOperationMessage":"Recorded after the discharge."},{"treatmentGuid":"t-3","status":"added","asyncOperationStatus":-1,"asyncOperationMessage":"Not recorded: hospitalizationId is missing."},5]}""",
            sent.Text);

        // The same operation again is not another one.
        await SendAsync(host, "treatments.records_entered", operation);
        await SendAsync(host, "treatments.records_entered", Operation("o-2", ("t-1", "h-1", "added")));
        Assert.Equal(["o-1", "o-2"], (await server.UntilAsync(2)).Select(d => JsonElement.Parse(d.Body).GetProperty("id").GetString()));

        // One without treatments has a result, too.
        await SendAsync(host, "treatments.records_entered", Operation("o-3"));
        Assert.Equal("[]", JsonElement.Parse((await server.UntilAsync(3))[2].Body).GetProperty("treatments").GetRawText());
        Assert.DoesNotContain(host.Log.Lines, l => l.Contains("t-1", StringComparison.Ordinal) || l.Contains("emr\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task It_is_reported_until_it_is_taken_and_a_refusal_is_final(TestTransport transport)
    {
        await using var server = await Receiver.StartAsync();
        var troubles = new Queue<int>([409, 429, 500, 0, 503, 200]);
        server.Answer = (_, context) =>
        {
            var status = troubles.Dequeue();
            if (status == 0)
            {
                context.Abort();
            }

            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        await using var host = await BusHost.StartAsync(transport, broker, b => b.WithConsumers().WithEndpoint(
            0, "flowsheet", Base(server), [.. Settings, .. Enumerable.Range(0, 10).Select(i => ($"RetrySchedule:{i}", "00:00:00.050"))]));
        await SendAsync(host, "treatments.records_entered", Operation("o-1", ("t-1", "h-1", "added")));
        Assert.Equal(["processed"], await Stays.OutcomesAsync(host, "flowsheet", 1));
        Assert.Equal(6, server.Deliveries.Count);
        Assert.Single(server.Deliveries.Select(d => d.Text).Distinct(StringComparer.Ordinal));

        troubles.Enqueue(422);
        await SendAsync(host, "treatments.records_entered", Operation("o-2", ("t-1", "h-1", "added")));
        Assert.Equal(["dead", "processed"], await Stays.OutcomesAsync(host, "flowsheet", 2));
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task What_a_clinic_imports_is_kept_one_by_one(TestTransport transport)
    {
        await using var host = await BusHost.StartAsync(transport, broker, b => b.WithConsumers());
        await host.UntilRespondingAsync(new InventoryEvent { Source = "smartflowsheet", Type = "smartflowsheet.inventory.imported" }, 1);
        await SendAsync(host, "inventoryitems.imported", """{"id":"o-1","inventoryitems":[{"id":"i-1","name":"a"},{"id":"i-2","name":"b"}]}""");
        await SendAsync(host, "inventoryitems.imported", """{"id":"o-2","inventoryitems":[{"id":"i-2","name":"c"}]}""");
        await SendAsync(host, "medics.imported", """{"id":"o-3","medics":[{"medicId":"m-1","name":"d"}]}""");
        List<(string Kind, string Name)> records = [];
        await Eventually.TrueAsync(
            async () =>
            {
                await using var connection = await Database(host).ConnectAsync();
                records = [.. (await connection.QueryAsync<(string Kind, string? State)>("SELECT kind, state FROM records")).Where(r => r.State is not null)
                    .Select(r => (r.Kind, JsonNode.Parse(r.State!)!["data"]!["name"]!.GetValue<string>())).Order()];
                return records.SequenceEqual([("inventoryitem", "a"), ("inventoryitem", "c"), ("medic", "d")]);
            },
            "they are kept");

        using var refused = await PostAsync(host, "inventoryitems.imported", """{"id":"o-4","inventoryitems":[{"id":"i-1"},{"name":"x"}]}""");
        Assert.Equal((HttpStatusCode.BadRequest, """{"Message":"It cannot be recorded. object.inventoryitems[1].id is missing"}"""), (refused.StatusCode, await refused.Content.ReadAsStringAsync()));
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task A_replay_adds_nothing_to_a_record_and_reports_nothing(TestTransport transport)
    {
        await using var server = await Receiver.StartAsync();
        await using var host = await BusHost.StartAsync(transport, broker, b => b.WithConsumers().WithArchive().WithEndpoint(0, "flowsheet", Base(server), Settings));
        await SendAsync(host, "treatments.records_entered", Operation("o-1", ("t-1", "h-1", "added")));
        await server.UntilAsync(1);
        await Eventually.TrueAsync(
            async () => await new EventQuery(Database(host)).LastPositionAsync() > 0 && (await new EventBus.Operations.KnownConsumers(Database(host), TimeProvider.System).ListAsync()).Any(c => c.Name == "treatments"),
            "the event is archived, and the consumer has said what it asks for");
        var replays = new EventBus.Operations.Replays(Database(host), TimeProvider.System);
        await replays.StartAsync(EventBus.Operations.Access.Actor.CommandLine, new EventFilter(), "treatments", "", 100);
        await Eventually.TrueAsync(async () => (await replays.ListAsync(10)) is [{ State: "done" }], "the replay is done");
        await Stays.OutcomesAsync(host, "", 2);

        await SendAsync(host, "treatments.records_entered", Operation("o-2", ("t-1", "h-1", "changed")));
        Assert.Equal(2, (await Stays.RecordAsync(Database(host), "h-1", r => r.Entries[0].Status == "changed")).Entries[0].Changes);
        Assert.Equal(["o-1", "o-2"], (await server.UntilAsync(2)).Select(d => JsonElement.Parse(d.Body).GetProperty("id").GetString()));
    }

    /// <summary>Texts that senders cut in the middle of a character, and JSON as deep as the gateway takes it.</summary>
    [Fact]
    public async Task Whatever_the_gateway_takes_is_recorded_and_reported_as_it_came()
    {
        await using var server = await Receiver.StartAsync();
        await using var host = await BusHost.StartInMemoryAsync(b => b.WithConsumers().WithEndpoint(0, "flowsheet", Base(server), Settings));
        await host.UntilRespondingAsync(new TreatmentEvent { Source = "smartflowsheet", Type = "smartflowsheet.treatment.record_entered" }, 1);
        const string cut = """cut \ud83d""";
        var deep = new string('[', 59) + new string(']', 59);
        await SendAsync(host, "hospitalization.created", $$$"""{"hospitalizationId":"h-1","patient":{"patientId":"p-1","name":"{{{cut}}}"}}""");
        await SendAsync(host, "treatment.record_entered", $$"""{"treatmentGuid":"t-1","hospitalizationId":"h-1","name":"{{cut}}","status":"added"}""");
        await SendAsync(host, "treatment.record_entered", $$"""{"treatmentGuid":"t-2","hospitalizationId":"h-1","name":{{deep}},"status":"added"}""");
        var operation = $$"""{"id":"o-1","note":"{{cut}}","treatments":[{"treatmentGuid":"t-3","hospitalizationId":"h-1","name":"{{cut}}"},{"treatmentGuid":"t-4","hospitalizationId":"h-1","name":{{deep}}}]}""";
        await SendAsync(host, "treatments.records_entered", operation);

        var record = await Stays.RecordAsync(Database(host), "h-1", r => r.Entries.Count == 4);
        Assert.Equal([$"\"{cut}\"", deep, $"\"{cut}\"", deep], record.Entries.OrderBy(e => e.Id, StringComparer.Ordinal).Select(e => e.Data.GetProperty("name").GetRawText()));
        Assert.Equal(
            operation.Replace("\"}", "\",\"asyncOperationStatus\":0,\"asyncOperationMessage\":null}", StringComparison.Ordinal)
                .Replace("]}]}", "],\"asyncOperationStatus\":0,\"asyncOperationMessage\":null}]}", StringComparison.Ordinal),
            (await server.UntilAsync(1))[0].Text);
    }

    static (string, string)[] Settings => [("Format", "smartflowsheet-result"), ("Headers:emrApiKey", "emr"), ("Headers:timezoneName", "Europe/Vienna")];

    static Uri Base(Receiver server) => new(server.Url, "/api/v3");

    static Database Database(BusHost host) => host.Services.GetRequiredService<Database>();

    static string Operation(string id, params (string Guid, string Stay, string Status)[] treatments) => new JsonObject
    {
        ["objectType"] = "treatments",
        ["id"] = id,
        ["treatments"] = new JsonArray([.. treatments.Select(t => new JsonObject { ["treatmentGuid"] = t.Guid, ["hospitalizationId"] = t.Stay, ["status"] = t.Status })]),
    }.ToJsonString();

    static Task<HttpResponseMessage> PostAsync(BusHost host, string name, string payload) =>
        host.PostAsync("/v1/smartflowsheet", $$"""{"clinicApiKey":"k","eventType":"{{name}}","object":{{payload}}}""");

    static async Task SendAsync(BusHost host, string name, string payload)
    {
        using var response = await PostAsync(host, name, payload);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
    }
}
