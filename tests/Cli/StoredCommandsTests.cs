using System.Text.Json;
using Dapper;
using EventBus.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;

namespace EventBus.Tests.Cli;

/// <summary>The command line beside a running host, on the host's own storage.</summary>
public sealed class StoredCommandsTests
{
    [Fact]
    public async Task An_operator_finds_an_event_sees_why_it_failed_and_repairs_it()
    {
        using var data = new TempDirectory();
        await using var sink = await Receiver.StartAsync();
        var refuses = true;
        sink.Answer = (_, context) =>
        {
            context.Response.StatusCode = refuses ? 422 : 204;
            return Task.CompletedTask;
        };
        (string, string)[] settings = [("EventBus__DataDirectory", data.FullName), ("EventBus__Endpoints__0__Name", "sink"), ("EventBus__Endpoints__0__Url", sink.Url.ToString()), ("EventBus__Endpoints__0__Events__0", "#")];
        await using (var host = await BusHost.StartInMemoryAsync(b => b
            .With("EventBus:DataDirectory", data.FullName).WithConsumers().WithConsole().WithEndpoint(0, "sink", sink.Url, ("Events:0", "#"), ("FinalClientErrors", "true"))))
        {
            for (var i = 0; i < 3; i++)
            {
                using var response = await host.PostAsync("/v1/canvas", $$"""{"type":"TASK_CREATED","target":"t-{{i}}"}""", "application/json", ("webhook-id", $"e-{i}"));
                Assert.True(response.IsSuccessStatusCode);
            }

            await Eventually.TrueAsync(async () => (await JsonAsync(settings, "dead", "list", "--json")).GetArrayLength() == 3, "all are dead");
            Assert.Equal(["e-2", "e-1", "e-0"], (await JsonAsync(settings, "events", "find", "--type", "TASK_CREATED", "--json")).EnumerateArray().Select(e => e.GetProperty("id").GetString()));
            Assert.Equal("dead", (await JsonAsync(settings, "events", "show", "e-1", "--json"))[0].GetProperty("outcomes").EnumerateArray().Single(o => o.GetProperty("endpoint").GetString() == "sink").GetProperty("state").GetString());
            var type = (await JsonAsync(settings, "catalog", "list", "--family", "task", "--json")).EnumerateArray().Single(t => t.GetProperty("type").GetString() == "canvas.task.created");
            Assert.Equal((3, true), (type.GetProperty("lastDay").GetInt32(), type.GetProperty("askedForBy").EnumerateArray().Any(a => a.GetString() == "sink")));
            Assert.Equal("TASK_CREATED", (await JsonAsync([], "catalog", "show", "canvas.task.created"))[0].GetProperty("name").GetString());
            var group = Assert.Single((await JsonAsync(settings, "dead", "groups", "--json")).EnumerateArray());
            Assert.Equal(("HTTP 422", 3), (group.GetProperty("cause").GetString(), group.GetProperty("count").GetInt32()));
            var cause = group.GetProperty("causeGroup").GetString()!;
            Assert.Equal(0, (await CommandLine.RunAsync(settings, "dead", "note", cause, "the practice repairs it")).Code);
            Assert.Equal(0, (await CommandLine.RunAsync(settings, "dead", "silence", cause, "--for", "08:00:00")).Code);
            Assert.Equal(1, (await CommandLine.RunAsync(settings, "dead", "assign", cause, "nobody")).Code);
            Assert.Contains("(silenced) the practice", (await CommandLine.RunAsync(settings, "dead", "groups")).Output, StringComparison.Ordinal);
            Assert.Equal(0, (await CommandLine.RunAsync(settings, "dead", "unsilence", cause)).Code);

            // What is wrong stands in an alert; somebody says that they look after it.
            await Eventually.TrueAsync(async () => (await JsonAsync(settings, "alerts", "list", "--json")).GetArrayLength() == 1, "an alert is raised");
            var alert = Assert.Single((await JsonAsync(settings, "alerts", "list", "--json")).EnumerateArray());
            Assert.Equal(("dead-letters", "warning"), (alert.GetProperty("kind").GetString(), alert.GetProperty("severity").GetString()));
            Assert.Equal(0, (await CommandLine.RunAsync(settings, "alerts", "snooze", alert.GetProperty("id").ToString(), "--for", "2h")).Code);
            Assert.Equal(1, (await CommandLine.RunAsync(settings, "alerts", "snooze", alert.GetProperty("id").ToString(), "--for", "tomorrow")).Code);
            Assert.Equal(0, (await CommandLine.RunAsync(settings, "alerts", "acknowledge", alert.GetProperty("id").ToString())).Code);
            Assert.Equal(1, (await CommandLine.RunAsync(settings, "alerts", "acknowledge", alert.GetProperty("id").ToString())).Code);
            Assert.True(Assert.Single((await JsonAsync(settings, "hosts", "list", "--json")).EnumerateArray()).GetProperty("isPresent").GetBoolean());

            // More than one is touched only by who says so.
            var (code, _, error) = await CommandLine.RunAsync(settings, "dead", "retry", "--all");
            Assert.Equal(1, code);
            Assert.Contains("--yes", error, StringComparison.Ordinal);
            var letters = (await JsonAsync(settings, "dead", "list", "--json")).EnumerateArray().ToDictionary(l => l.GetProperty("eventId").GetString()!, l => l.GetProperty("delivery").GetInt64().ToString(), StringComparer.Ordinal);
            Assert.Equal(0, (await CommandLine.RunAsync(settings, "dead", "discard", letters["e-0"], "--reason", "a test")).Code);

            refuses = false;
            var file = Path.Combine(data.FullName, "edited.json");
            var payload = (await CommandLine.RunAsync(settings, "dead", "show", letters["e-1"], "--payload", "--reason", "a test")).Output;
            await File.WriteAllTextAsync(file, payload.Replace("\"e-1\"", "\"another\"", StringComparison.Ordinal));
            Assert.Equal(1, (await CommandLine.RunAsync(settings, "dead", "edit", letters["e-1"], "--file", file)).Code);
            await File.WriteAllTextAsync(file, payload.Replace("\"target\":\"t-1\"", "\"target\":\"t-1\",\"repaired\":true", StringComparison.Ordinal));
            Assert.Equal(0, (await CommandLine.RunAsync(settings, "dead", "edit", letters["e-1"], "--file", file)).Code);
            await Eventually.TrueAsync(() => sink.Deliveries.Any(d => d.Text.Contains("\"repaired\":true", StringComparison.Ordinal)), "what was edited arrives");
            Assert.Equal(0, (await CommandLine.RunAsync(settings, "dead", "retry", "--all")).Code);
            await Eventually.TrueAsync(async () => (await JsonAsync(settings, "dead", "list", "--json")).GetArrayLength() == 0, "nothing waits for a decision");

            Assert.Equal(0, (await CommandLine.RunAsync(settings, "endpoints", "pause", "sink", "--reason", "a test")).Code);
            Assert.Equal("paused", (await JsonAsync(settings, "endpoints", "list", "--json"))[0].GetProperty("state").GetString());
            Assert.Equal(1, (await CommandLine.RunAsync(settings, "endpoints", "pause", "nobody")).Code);
            Assert.Equal(0, (await CommandLine.RunAsync(settings, "endpoints", "resume", "sink")).Code);
            Assert.Equal(0, (await CommandLine.RunAsync(settings, "endpoints", "test", "sink")).Code);

            var before = sink.Deliveries.Count;
            Assert.Equal(0, (await CommandLine.RunAsync(settings, "events", "replay", "--id", "e-2", "--to-consumer", "webhooks", "--endpoint", "sink")).Code);
            await sink.UntilAsync(before + 1);
            Assert.Equal("done", (await JsonAsync(settings, "replays", "list", "--json"))[0].GetProperty("state").GetString());
            Assert.Equal(1, (await CommandLine.RunAsync(settings, "events", "replay", "--to-consumer", "nobody")).Code);
            Assert.NotEqual(0, (await JsonAsync(settings, "events", "find", "--outcome", "processed", "--json")).GetArrayLength());
            Assert.Equal(0, (await JsonAsync(settings, "events", "find", "--outcome", "expired", "--json")).GetArrayLength());
            Assert.Contains(
                (await JsonAsync(settings, "flow", "--json")).GetProperty("targets").EnumerateArray(),
                t => t.GetProperty("consumer").GetString() == "webhooks" && t.GetProperty("endpoint").GetString() == "sink");
            Assert.Equal(0, (await CommandLine.RunAsync(settings, "flow")).Code);
            Assert.Equal(0, (await CommandLine.RunAsync(settings, "records", "told")).Code);
            Assert.Equal(0, (await JsonAsync(settings, "records", "list", "command", "--json")).GetArrayLength());
            Assert.Equal(1, (await CommandLine.RunAsync(settings, "records", "list", "secrets")).Code);
            Assert.Equal(1, (await CommandLine.RunAsync(settings, "records", "show", "command", "none")).Code);
            Assert.Equal(0, (await CommandLine.RunAsync(settings, "ledger", "--json")).Code);

            // Whoever runs the command line may do everything, and is noted.
            Assert.Equal(0, (await CommandLine.RunAsync(settings, "audit", "verify")).Code);
            var audited = (await JsonAsync(settings, "audit", "list", "--json")).EnumerateArray().ToList();
            Assert.Equal(
                ["alerts.acknowledge", "alerts.snooze", "dead.discard", "dead.edit", "dead.note", "dead.retry", "dead.reveal", "dead.silence", "dead.unsilence", "endpoints.pause", "endpoints.resume", "replays.start"],
                audited.Select(e => e.GetProperty("action").GetString()).Distinct().Order(StringComparer.Ordinal));
            Assert.All(audited, e => Assert.Equal("cli", e.GetProperty("face").GetString()));
            Assert.Equal(1, (await CommandLine.RunAsync(settings, "dead", "show", letters["e-0"], "--payload")).Code);
            Assert.Contains("standard input", (await CommandLine.RunAsync(settings, "users", "create", "ada")).Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_may_be_about_a_patient_is_masked_in_every_list_and_shown_for_a_reason_that_is_noted()
    {
        const string Patient = "patient-0815";
        using var data = new TempDirectory();
        await using var sink = await Receiver.StartAsync();
        sink.Answer = async (_, context) =>
        {
            context.Response.StatusCode = 422;
            await context.Response.WriteAsync($"{Patient} is not known");
        };
        (string, string)[] settings = [("EventBus__DataDirectory", data.FullName)];
        await using (var host = await BusHost.StartInMemoryAsync(b => b
            .With("EventBus:DataDirectory", data.FullName).WithConsumers().WithEndpoint(0, "sink", sink.Url, ("Events:0", "#"), ("FinalClientErrors", "true"), ("KeepResponse", "true"))))
        {
            foreach (var id in (string[])["e-0", "e-1"])
            {
                using var response = await host.PostAsync("/v1/events", $$$"""{"specversion":"1.0","id":"{{{id}}}","source":"/test","type":"test.order.changed","subject":"{{{Patient}}}","data":{"of":"{{{Patient}}}"}}""", "application/cloudevents+json");
                Assert.True(response.IsSuccessStatusCode);
            }

            await Eventually.TrueAsync(async () => (await JsonAsync(settings, "dead", "list", "--json")).GetArrayLength() == 2, "all are dead");
            Assert.Equal(0, (await CommandLine.RunAsync(settings, "events", "replay", "--subject", Patient, "--to-consumer", "webhooks", "--endpoint", "sink", "--yes", "--detach")).Code);
            string[][] commands =
            [
                ["events", "find"], ["events", "find", "--json"], ["events", "find", "--subject", Patient, "--json"], ["events", "show", "e-0"], ["events", "show", "e-0", "--json"],
                ["events", "replay", "--to-consumer", "webhooks", "--dry-run"], ["events", "replay", "--to-consumer", "webhooks", "--dry-run", "--json"], ["replays", "list", "--json"], ["dead", "list", "--json"],
                ["endpoints", "attempts", "sink"], ["endpoints", "attempts", "sink", "--json"], ["ledger", "--missing", "--json"], ["audit", "list", "--json"], ["flow", "--json"],
            ];
            foreach (var command in commands)
            {
                var (_, output, error) = await CommandLine.RunAsync(settings, command);
                Assert.DoesNotContain(Patient, output + error, StringComparison.Ordinal);
            }

            Assert.All((await JsonAsync(settings, "events", "find", "--json")).EnumerateArray(), e => Assert.Equal("••••••••", e.GetProperty("subject").GetString()));
            Assert.All((await JsonAsync(settings, "endpoints", "attempts", "sink", "--json")).EnumerateArray(), a => Assert.Equal((422, "••••••••"), (a.GetProperty("status").GetInt32(), a.GetProperty("answer").GetString())));
            string[][] reveals = [["events", "find", "--id", "e-0", "--reveal"], ["endpoints", "attempts", "sink", "--reveal"], ["events", "show", "e-1", "--payload"]];
            foreach (var command in reveals)
            {
                var (code, output, error) = await CommandLine.RunAsync(settings, command);
                Assert.Equal((1, ""), (code, output));
                Assert.Contains("A reason is required", error, StringComparison.Ordinal);
                (code, output, _) = await CommandLine.RunAsync(settings, [.. command, "--reason", $"because of {command[0]} {command[1]}"]);
                Assert.Equal(0, code);
                Assert.Contains(Patient, output, StringComparison.Ordinal);
            }

            Assert.Equal(
                [("e-0", "because of endpoints attempts"), ("e-0", "because of events find"), ("e-1", "because of endpoints attempts"), ("e-1", "because of events show")],
                (await JsonAsync(settings, "audit", "list", "--action", "events.reveal", "--json")).EnumerateArray().Select(e => (e.GetProperty("target").GetString()!, e.GetProperty("reason").GetString()!)).Order());
        }
    }

    [Fact]
    public async Task The_doctor_is_content_with_standalone_given_nothing_but_its_data_directory()
    {
        using var directory = new TempDirectory();
        (string, string)[] settings = [("EventBus__DataDirectory", Path.Combine(directory.FullName, "data"))];
        await using (var host = HostProcess.Start("EventBus.Standalone", ["--urls", "http://127.0.0.1:0"], [.. settings, ("EventBus__Console__Url", "none")]))
        {
            using var http = new HttpClient { BaseAddress = new Uri(await host.UrlAsync()) };
            using var response = await http.PostAsync(
                "/v1/events", new StringContent("""{"specversion":"1.0","id":"e","source":"/test","type":"test.order.changed"}""", new System.Net.Http.Headers.MediaTypeHeaderValue("application/cloudevents+json")), TestContext.Current.CancellationToken);
            Assert.True(response.IsSuccessStatusCode);
            await Eventually.TrueAsync(async () => (await JsonAsync(settings, "flow", "--json")).GetProperty("targets").GetArrayLength() > 0, "the consumers have said that they are there");
            await ContentAsync();
            Assert.Equal(0, await host.StopAsync());
        }

        // Also while it does not run: what its consumers said of themselves stays.
        await ContentAsync();

        async Task ContentAsync()
        {
            JsonElement found = default;
            await Eventually.TrueAsync(
                async () =>
                {
                    var (code, output, _) = await CommandLine.RunAsync(settings, "doctor", "--json");
                    found = JsonElement.Parse(output);
                    return code == 0;
                },
                "the doctor is content");
            Assert.Contains(found.EnumerateArray(), f => f.GetProperty("what").GetString() == "There is none: everything is in one process");
            Assert.Contains(found.EnumerateArray(), f => f.GetProperty("what").GetString()!.StartsWith("EventBus__Transport is not given here", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task What_a_command_writes_beside_a_host_is_kept_and_the_storage_is_whole_also_where_the_host_found_it_there()
    {
        using var directory = new TempDirectory();
        (string, string)[] settings = [("EventBus__DataDirectory", directory.FullName)];
        for (var i = 0; i < 3; i++)
        {
            await using var host = HostProcess.Start("EventBus.Standalone", ["--urls", "http://127.0.0.1:0"], [.. settings, ("EventBus__Console__Url", "none")]);
            await host.UrlAsync();

            // Not the first time: the doctor writes a megabyte, and keeps it.
            if (i > 0)
            {
                Assert.Equal(0, (await CommandLine.RunAsync(settings, "doctor")).Code);
            }

            Assert.Equal(0, await host.StopAsync());
            await using var database = new SqliteConnection($"Data Source={Path.Combine(directory.FullName, "eventbus.db")};Mode=ReadOnly;Pooling=False");
            await database.OpenAsync(TestContext.Current.CancellationToken);
            Assert.Equal(("ok", i > 0), (await database.QuerySingleAsync<string>("PRAGMA integrity_check"), await database.QuerySingleAsync<long>("SELECT count(*) FROM probes") > 0));
        }
    }

    [Fact]
    public async Task Without_a_storage_a_command_says_which_setting_names_it()
    {
        var (code, _, error) = await CommandLine.RunAsync([("EventBus__DataDirectory", "/nowhere")], "events", "find");
        Assert.Equal(1, code);
        Assert.Contains("EventBus__DataDirectory=", error, StringComparison.Ordinal);
        (code, _, error) = await CommandLine.RunAsync([("EventBus__Storage", "postgres")], "ledger");
        Assert.Equal(78, code);
        Assert.Contains("EventBus__Postgres__ConnectionString=", error, StringComparison.Ordinal);
    }

    static async Task<JsonElement> JsonAsync((string, string)[] settings, params string[] arguments)
    {
        var (code, output, error) = await CommandLine.RunAsync(settings, arguments);
        Assert.True(code == 0, error);
        return JsonElement.Parse(output);
    }
}
