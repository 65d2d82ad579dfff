using System.Diagnostics;
using System.Globalization;
using System.Text;
using Dapper;
using EventBus.Operations;
using EventBus.Storage;
using EventBus.Tests.Fixtures;
using Microsoft.Extensions.Configuration;

namespace EventBus.Tests.Faults;

/// <summary>
/// The real processes under steady load while things break: what was accepted arrives, in order per subject, repetitions bear the same id, and ledger, archive and receiver
/// agree. Without settings each fault happens once; <c>./test.sh --faults --minutes N --seed N</c> goes on for longer, with more of everything.
/// </summary>
public sealed class FaultTests
{
    const int Subjects = 12;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Whatever_breaks_nothing_accepted_is_lost_or_overtaken()
    {
        var (minutes, seed) = (Setting("EVENTBUS_FAULTS_MINUTES"), Setting("EVENTBUS_FAULTS_SEED") ?? 1);
        var random = new Random(seed);
        var happened = new List<string>();
        await using var sink = await Sink.StartAsync();
        await using var bed = await Bed.StartAsync(full: minutes is not null, Endpoint(sink));
        await using var load = new Load(bed.Url, Subjects);
        await GoOnAsync(load, sink, "the load has begun", () => bed.Output);
        var start = Stopwatch.GetTimestamp();
        do
        {
            var faults = bed.Faults(load, sink).ToArray();
            random.Shuffle(faults);
            foreach (var (name, inject) in faults)
            {
                happened.Add(name);
                await inject(random);
                await GoOnAsync(load, sink, name, () => bed.Output);
            }
        }
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromMinutes(minutes ?? 0));

        await load.EndAsync();
        await using var database = Open([new("EventBus:Storage", "postgres"), new("EventBus:Postgres:ConnectionString", bed.Database)]);
        await database.OpenAsync(TestContext.Current.CancellationToken);
        await ArrivedAsync(load, sink, database, () => bed.Output);
        var entries = await EvenAsync(database, load);
        await ReportAsync(seed, happened, load, sink, entries);
    }

    [Fact]
    public async Task Standalone_is_killed_again_and_again_and_nothing_accepted_is_lost()
    {
        var random = new Random(Setting("EVENTBUS_FAULTS_SEED") ?? 1);
        await using var sink = await Sink.StartAsync();
        await using var host = new FaultyHost("EventBus.Standalone", Endpoint(sink), ["--urls", "http://127.0.0.1:0"]);
        await using var load = new Load(_ => host.Url, Subjects);
        for (var round = 0; round < 5; round++)
        {
            await host.StartAsync();
            await GoOnAsync(load, sink, "Standalone was killed", () => host.Output);
            sink.Misbehaves = round == 1;
            await Task.Delay(random.Next(500));
            await host.KillAsync();
            sink.Misbehaves = false;
        }

        await host.StartAsync();
        await load.EndAsync();
        await using var database = Open([new("EventBus:DataDirectory", host.DataDirectory)]);
        await database.OpenAsync(TestContext.Current.CancellationToken);
        await ArrivedAsync(load, sink, database, () => host.Output);
        await EvenAsync(database, load);
    }

    static (string, string)[] Endpoint(Sink sink) =>
    [
        ("EventBus__Endpoints__0__Name", "sink"), ("EventBus__Endpoints__0__Url", sink.Url.ToString()), ("EventBus__Endpoints__0__Events__0", "#"),
        ("EventBus__Endpoints__0__Timeout", "00:00:02"), ("EventBus__Delivery__CircuitPause", "00:00:00.500"),
        .. Enumerable.Range(0, 50).Select(i => ($"EventBus__Endpoints__0__RetrySchedule__{i}", "00:00:00.300")),
    ];

    static int? Setting(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    static Database Open(IEnumerable<KeyValuePair<string, string?>> settings) => StorageExtensions.Create(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), owned: false);

    /// <summary>Waits until more was accepted, and more arrived, than before.</summary>
    static async Task GoOnAsync(Load load, Sink sink, string after, Func<string> output)
    {
        var (accepted, received) = (load.Accepted + 100, sink.Received + 100);
        try
        {
            await Eventually.TrueAsync(() => load.Accepted >= accepted && sink.Received >= received, $"events are accepted and arrive again ({after})", Patience);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"accepted {load.Accepted} of {accepted}, received {sink.Received} of {received}\n{output()}", e);
        }
    }

    static async Task ArrivedAsync(Load load, Sink sink, Database database, Func<string> output)
    {
        try
        {
            await Eventually.TrueAsync(() => Enumerable.Range(0, load.Subjects).All(s => sink.CountOf($"s{s}") >= load.AcceptedOf(s)) || !sink.Violations.IsEmpty, "everything accepted has arrived", Patience);
            Assert.True(sink.Violations.IsEmpty, string.Join("; ", sink.Violations.Take(5)));
            Assert.All(Enumerable.Range(0, load.Subjects), s => Assert.Equal(load.AcceptedOf(s), sink.CountOf($"s{s}")));
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{await MissingAsync(database, load, sink)}\n{output()}", e);
        }
    }

    /// <summary>How far what did not arrive has come.</summary>
    static async Task<string> MissingAsync(Database database, Load load, Sink sink)
    {
        await using var connection = await database.ConnectAsync();
        var text = new StringBuilder();
        foreach (var subject in Enumerable.Range(0, load.Subjects).Where(s => sink.CountOf($"s{s}") != load.AcceptedOf(s)))
        {
            var next = $"s{subject}-{sink.CountOf($"s{subject}")}";
            var archived = await connection.QuerySingleAsync<long>("SELECT count(*) FROM events WHERE id = @next", new { next });
            var rows = await connection.QueryAsync<(string Consumer, string Endpoint, string Lane, int State, int Attempts)>(
                "SELECT consumer, endpoint, lane, state, attempts FROM deliveries WHERE event_id = @next", new { next });
            text.AppendLine(CultureInfo.InvariantCulture, $"s{subject}: accepted {load.AcceptedOf(subject)}, arrived {sink.CountOf($"s{subject}")}; the next is {archived} times in the archive, deliveries: {string.Join(", ", rows)}");
        }

        foreach (var lane in await connection.QueryAsync<(string Name, string Owner, string WantedBy, long Expires)>("SELECT name, owner, wanted_by, expires_at FROM lanes"))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"lane {lane}");
        }

        return text.ToString();
    }

    /// <summary>Archive, outcomes and ledger say what the load says.</summary>
    static async Task<IReadOnlyList<LedgerEntry>> EvenAsync(Database database, Load load)
    {
        await using var connection = await database.ConnectAsync();
        await Eventually.TrueAsync(async () => await connection.QuerySingleAsync<long>("SELECT count(*) FROM deliveries WHERE state = 0") == 0, "nothing waits", Patience);
        await Eventually.TrueAsync(async () => await connection.QuerySingleAsync<long>("SELECT count(*) FROM events") >= load.Accepted, "everything accepted is archived", Patience);
        Assert.Equal(load.Accepted, await connection.QuerySingleAsync<long>("SELECT count(*) FROM events"));
        Assert.Equal(load.Accepted, await connection.QuerySingleAsync<long>("SELECT count(*) FROM deliveries WHERE endpoint = 'sink' AND state = 1"));

        // It counts from the first whole minute after a consumer is known; here it was known before the load began.
        await database.TransactAsync(async t => await t.Connection!.ExecuteAsync("UPDATE consumers SET since = 0", transaction: t));
        var entries = await new Ledger(database).CountAsync(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddMinutes(1));
        Assert.Equal(load.Accepted, entries.Single(e => e.Endpoint == "sink").Accepted);
        Assert.All(entries, e => Assert.Equal(0, e.Difference));
        return entries;
    }

    static async Task ReportAsync(int seed, List<string> happened, Load load, Sink sink, IReadOnlyList<LedgerEntry> entries)
    {
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture, $"Injected (seed {seed}):");
        foreach (var fault in happened.CountBy(f => f, StringComparer.Ordinal).OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            report.AppendLine(CultureInfo.InvariantCulture, $"  {fault.Value,4} x {fault.Key}");
        }

        report.AppendLine("Found:");
        report.AppendLine(CultureInfo.InvariantCulture, $"  accepted {load.Accepted}, received {sink.Received}, of these repetitions with the same webhook-id {sink.Received - load.Accepted}");
        report.AppendLine(CultureInfo.InvariantCulture, $"  lost 0, out of order {sink.Violations.Count}, ledger difference {entries.Sum(e => e.Difference)}");
        TestContext.Current.TestOutputHelper?.WriteLine(report.ToString());
        if (Environment.GetEnvironmentVariable("EVENTBUS_FAULTS_REPORT") is { Length: > 0 } file)
        {
            await File.WriteAllTextAsync(file, report.ToString());
        }
    }
}
