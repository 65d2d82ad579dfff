using System.Text.Json;
using EventBus.Contracts;
using EventBus.Storage;
using EventBus.Operations;
using EventBus.Operations.Access;
using EventBus.Tests.Fixtures;

namespace EventBus.Tests.Operations;

/// <summary>What operators see of the records of consumers, in both homes.</summary>
public sealed class RecordsTests(PostgresFixture postgres)
{
    const string Patient = "private-patient";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Records_are_listed_and_shown_without_what_is_about_a_patient_and_whole_for_a_reason_that_is_noted(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        var records = new Records(data.Database, TimeProvider.System);
        for (var i = 0; i < 5; i++)
        {
            await data.WriteAsync(
                $$"""INSERT INTO records (kind, key, state, updated_at) VALUES ('command', 'k{{i}}', '{"id":"c{{i}}","tenant":"north","source":"canvas","status":"Originated","command":"plan","patient":"{{Patient}}","told":["stalled.commit.1"]}', {{i / 2}})""");
        }

        await data.WriteAsync("INSERT INTO records (kind, key, updated_at) VALUES ('appointment', 'a', 9)");
        await data.WriteAsync($$"""INSERT INTO record_entries (kind, key, entry, at, gateway, sequence, body) VALUES ('command', 'k0', 'e', 7, 'g', 1, '{"phase":"pre","action":"commit","command":"plan","patient":"{{Patient}}"}')""");

        var first = await records.ListAsync("command", null, 3, Token);
        var second = await records.ListAsync("command", first[^1].Cursor, 3, Token);
        Assert.Equal(["k4", "k3", "k2", "k1", "k0"], first.Concat(second).Select(r => r.Key));
        Assert.Equal(("Originated", "north", "plan", "stalled.commit.1"), (first[0].Status, first[0].Tenant, first[0].Command, Assert.Single(first[0].Told)));
        Assert.Null(Assert.Single(await records.ListAsync("appointment", null, 3, Token)).Status);
        var (record, steps) = (await records.FindAsync("command", "k0", Token))!.Value;
        Assert.Equal("pre commit plan", Assert.Single(steps).What);
        Assert.DoesNotContain(Patient, JsonSerializer.Serialize(new { first, record, steps }), StringComparison.Ordinal);
        Assert.Null(await records.FindAsync("command", "none", Token));

        await Assert.ThrowsAsync<OperationRefusedException>(() => records.ListAsync("workflow-run", null, 3, Token));
        await Assert.ThrowsAsync<OperationRefusedException>(() => records.RevealAsync(Actor.CommandLine, "command", "k0", "", Token));
        await Assert.ThrowsAsync<NotPermittedException>(() => records.RevealAsync(new Actor("otto", Role.Admin, Payloads: false, Actor.Cli), "command", "k0", "curiosity", Token));
        Assert.Contains(Patient, await records.RevealAsync(Actor.CommandLine, "command", "k0", "the practice asks", Token), StringComparison.Ordinal);
        Assert.Equal(("command k0", "the practice asks"), (await data.ReadAsync<string>("SELECT target FROM audit"), await data.ReadAsync<string>("SELECT reason FROM audit")));

        // As deep as the gateway takes it, and with a text that a sender has cut in the middle of a character.
        var deep = new string('[', 64) + new string(']', 64);
        await data.WriteAsync($$$"""INSERT INTO records (kind, key, state, updated_at) VALUES ('hospitalization', 'h', '{"id":"h","source":"s","entries":[{"data":{"note":"cut \ud83d","deep":{{{deep}}}}}]}', 3)""");
        await data.WriteAsync($$$"""INSERT INTO record_entries (kind, key, entry, at, gateway, sequence, body) VALUES ('hospitalization', 'h', 'e', 7, 'g', 1, '[{"kind":"note","data":{"note":"cut \ud83d","deep":{{{deep}}}}}]')""");
        Assert.Equal("note", Assert.Single((await records.FindAsync("hospitalization", "h", Token))!.Value.Steps).What);
        Assert.Contains("""cut \ud83d""", await records.RevealAsync(Actor.CommandLine, "hospitalization", "h", "the practice asks", Token), StringComparison.Ordinal);

        var time = new ShiftedClock();
        var reveals = new Reveals(data.Database, time);
        var (ada, eve) = (new Session { Id = "1", UserName = "ada", Payloads = true }, new Session { Id = "2", UserName = "eve", Payloads = true });
        await reveals.RevealRecordAsync(ada, "command", "k0", "the practice asks");
        Assert.Contains(Patient, (await reveals.ReadRecordAsync(ada, "command", "k0", Token))!.Value.Record, StringComparison.Ordinal);
        Assert.Null(await reveals.ReadRecordAsync(eve, "command", "k0", Token));
        Assert.Null(await reveals.ReadRecordAsync(ada, "command", "k1", Token));
        time.Shift += Reveals.Moment;
        Assert.Null(await reveals.ReadRecordAsync(ada, "command", "k0", Token));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Commands_that_stall_or_take_an_impossible_turn_are_told_with_how_they_stand_now(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        foreach (var (id, type) in new[] { ("k1.stalled.commit.1", EventTypes.EventBus.CommandStalled), ("k2.irregular.again.1", EventTypes.EventBus.CommandIrregular), ("k1.stalled.open", EventTypes.EventBus.CommandStalled) })
        {
            await data.ArchiveAsync(data.Event(id, type) with { Data = JsonSerializer.SerializeToElement(new { command = "plan", reason = "commit was announced, and has not happened" }) });
        }

        await data.ArchiveAsync(data.Event("k3.completed", EventTypes.EventBus.CommandCompleted));
        await data.WriteAsync("""INSERT INTO records (kind, key, state, updated_at) VALUES ('command', 'k1', '{"status":"Committed"}', 1)""");
        var findings = new CommandFindings(data.Database, TimeProvider.System);
        var all = await findings.ListAsync(null, 10, Token);
        Assert.Equal([("k1", "stalled", "Committed"), ("k2", "irregular", null), ("k1", "stalled", "Committed")], all.Select(f => (f.Key, f.Kind, f.Status)));
        Assert.All(all, f => Assert.Equal(("plan", "commit was announced, and has not happened"), (f.Command, f.Reason)));
        Assert.Equal(all.Take(2), await findings.ListAsync(null, 2, Token));
        Assert.Equal(all.Skip(2), await findings.ListAsync(EventCursor.Parse(all[1].Cursor, null), 2, Token));
    }
}
