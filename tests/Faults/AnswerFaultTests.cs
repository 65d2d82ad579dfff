using System.Net;
using System.Text;
using System.Text.Json;
using EventBus.Contracts;
using EventBus.Gateway.Answering;
using EventBus.Storage;
using EventBus.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace EventBus.Tests.Faults;

/// <summary>
/// Gateway and consumer are killed (SIGKILL) in each state of an answer that waits, and of a result that is reported: where the sender has a yes it is done, where it has
/// a no it is not, and what was done is told once.
/// </summary>
public sealed class AnswerFaultTests(RabbitMqFixture broker, PostgresFixture postgres)
{
    [Fact]
    public async Task Whoever_is_killed_while_a_sender_waits_yes_means_done_and_no_means_not_done()
    {
        await using var emr = await Receiver.StartAsync();
        await using var bed = await AnswerBed.StartAsync(broker, postgres, emr);

        // Before anybody has judged: nobody does it, also later.
        await bed.Treatments.KillAsync();
        Assert.Equal(HttpStatusCode.BadRequest, (await bed.SendAsync("t-1", wait: 3)).StatusCode);
        await bed.Treatments.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await bed.SendAsync("t-2")).StatusCode);
        Assert.Equal(["t-2"], await bed.RecordedAsync("t-2"));

        // The consumer, while it calls the endpoint: the next one calls it again, with the same id.
        var called = Hold(emr);
        var waiting = bed.SendAsync("t-3");
        await called;
        emr.Answer = Taken;
        await bed.Treatments.KillAndStartAsync();
        Assert.Equal(HttpStatusCode.OK, (await waiting).StatusCode);
        Assert.Equal(["t-2", "t-3"], await bed.RecordedAsync("t-3"));
        var calls = emr.Deliveries.Where(d => d.Text.Contains("t-3", StringComparison.Ordinal)).Select(d => d.Headers["webhook-id"]).ToList();
        Assert.Equal((2, 1), (calls.Count, calls.Distinct(StringComparer.Ordinal).Count()));

        // The gateway, while the endpoint is called: the sender has no answer, and what the endpoint took is done.
        called = Hold(emr, out var release);
        waiting = bed.SendAsync("t-4");
        await called;
        await bed.Gateway.KillAsync();
        release.SetResult();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => waiting);
        Assert.Equal(["t-2", "t-3", "t-4"], await bed.RecordedAsync("t-4"));
        await bed.Gateway.StartAsync();
        emr.Answer = Taken;
        Assert.Equal(HttpStatusCode.OK, (await bed.SendAsync("t-5")).StatusCode);
        Assert.Equal(["t-2", "t-3", "t-4", "t-5"], await bed.RecordedAsync("t-5"));
    }

    [Fact]
    public async Task A_result_whose_report_is_cut_off_is_reported_again_until_one_is_taken()
    {
        await using var flowSheet = await Receiver.StartAsync();
        await using var bed = await AnswerBed.StartAsync(broker, postgres, flowSheet);
        var called = Hold(flowSheet);
        Assert.Equal(HttpStatusCode.OK, (await bed.PostAsync("treatments.records_entered", """{"id":"o-1","treatments":[{"treatmentGuid":"t-1","hospitalizationId":"h-1","status":"added"}]}""")).StatusCode);
        await called;
        flowSheet.Answer = Taken;
        await bed.Treatments.KillAndStartAsync();
        await flowSheet.UntilAsync(2);
        Assert.Equal(HttpStatusCode.OK, (await bed.SendAsync("t-2")).StatusCode);
        Assert.Equal(2, flowSheet.Deliveries.Count(d => d.Path == "/treatments" && JsonElement.Parse(d.Body).GetProperty("id").GetString() == "o-1"));
        Assert.Equal(["t-1", "t-2"], await bed.RecordedAsync("t-2"));
    }

    static Task Taken(EventBus.Tests.Fixtures.Delivery delivery, HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    static Task Hold(Receiver receiver) => Hold(receiver, out _);

    /// <summary>Has the receiver wait with its answers, until they are released or the caller is gone; ends when it is called.</summary>
    static Task Hold(Receiver receiver, out TaskCompletionSource release)
    {
        var (called, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        receiver.Answer = async (delivery, context) =>
        {
            called.TrySetResult();
            await released.Task.WaitAsync(context.RequestAborted);
            await Taken(delivery, context);
        };
        release = released;
        return called.Task;
    }
}

/// <summary>A gateway and the consumer Treatments as processes, with an endpoint that decides and one that results are reported to.</summary>
sealed class AnswerBed : IAsyncDisposable
{
    readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(2) };
    readonly Database _database;

    AnswerBed(FaultyHost gateway, FaultyHost treatments, Database database) => (Gateway, Treatments, _database) = (gateway, treatments, database);

    public FaultyHost Gateway { get; }

    public FaultyHost Treatments { get; }

    public static async Task<AnswerBed> StartAsync(RabbitMqFixture broker, PostgresFixture postgres, Receiver receiver)
    {
        var node = await broker.GetAsync();
        var stored = await postgres.NewDatabaseAsync();
        (string, string)[] settings =
        [
            .. BusHost.Broker(node.AmqpUri, await node.CreateVirtualHostAsync(TestContext.Current.CancellationToken)).Concat(stored).Select(s => (s.Key.Replace(":", "__", StringComparison.Ordinal), s.Value!)),
            ("EventBus__Endpoints__0__Name", "emr"), ("EventBus__Endpoints__0__Url", receiver.Url.ToString()), ("EventBus__Endpoints__0__Format", "native"), ("EventBus__Endpoints__0__Timeout", "00:01:00"),
            ("EventBus__Endpoints__0__Events__0", "smartflowsheet.treatment.record_entered"), ("EventBus__Endpoints__0__Synchronous", "true"), ("EventBus__Endpoints__0__Consumer", "Treatments"),
            ("EventBus__Endpoints__1__Name", "flowsheet"), ("EventBus__Endpoints__1__Url", new Uri(receiver.Url, "/").ToString()), ("EventBus__Endpoints__1__Format", "smartflowsheet-result"),
            ("EventBus__Endpoints__1__Headers__emrApiKey", "e"), ("EventBus__Endpoints__1__Headers__timezoneName", "Europe/Vienna"), ("EventBus__Endpoints__1__Timeout", "00:01:00"),
        ];
        var database = StorageExtensions.Create(new ConfigurationBuilder().AddInMemoryCollection(stored).Build(), owned: false);
        var bed = new AnswerBed(new FaultyHost("EventBus.Gateway", settings, ["--urls", "http://127.0.0.1:0"]), new FaultyHost("EventBus.Consumers.Treatments", settings), database);
        await Task.WhenAll(bed.Gateway.StartAsync(), bed.Treatments.StartAsync());
        await database.OpenAsync(TestContext.Current.CancellationToken);
        var asked = new Responders(database, TimeProvider.System);
        var @event = new TreatmentEvent { Source = "smartflowsheet", Type = "smartflowsheet.treatment.record_entered" };
        await Eventually.TrueAsync(async () => await asked.OfAsync(@event) is { Responders: ["treatments"], Caller: "emr" }, "it is known who is asked");
        return bed;
    }

    public Task<HttpResponseMessage> SendAsync(string treatment, int wait = 45) =>
        PostAsync("treatment.record_entered", $$"""{"treatmentGuid":"{{treatment}}","hospitalizationId":"h-1","status":"added"}""", wait);

    public async Task<HttpResponseMessage> PostAsync(string name, string payload, int wait = 45)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Gateway.Url}/v1/smartflowsheet");
        request.Content = new StringContent($$"""{"clinicApiKey":"k","eventType":"{{name}}","object":{{payload}}}""", Encoding.UTF8, "application/json");
        request.Headers.Add("Prefer", $"wait={wait}");
        return await _http.SendAsync(request);
    }

    /// <summary>All treatments that are recorded, once a certain one is.</summary>
    public async Task<IReadOnlyList<string>> RecordedAsync(string last) =>
        [.. (await Stays.RecordAsync(_database, "h-1", r => r.Find("treatment", last) is not null)).Entries.Select(e => e.Id).Order(StringComparer.Ordinal)];

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _database.DisposeAsync();
        await Gateway.DisposeAsync();
        await Treatments.DisposeAsync();
    }
}
