using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Dapper;
using EventBus.Consumers.Hosting;
using EventBus.Contracts;
using EventBus.Storage;
using EventBus.Tests.Fixtures;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Gateway;

/// <summary>Answers that wait for the outcome: 2xx means that every responder does it, an error that none does.</summary>
public sealed class SynchronousAnswerTests(RabbitMqFixture broker)
{
    const string Commit = """{"type":"PRESCRIBE_COMMAND__PRE_COMMIT","target":"c-1","context":{"note":{"uuid":"n-1"},"patient":{"id":"p-1"},"fields":{}}}""";

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task Accepted_by_all_it_is_done_by_all_and_answered_200_also_when_it_is_sent_again(TestTransport transport)
    {
        var panel = new Panel();
        await using var host = await StartAsync(transport, panel);
        for (var i = 0; i < 2; i++)
        {
            using var answer = await host.PostAsync("/v1/canvas", Commit, "application/json", ("Idempotency-Key", "k-1"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var body = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
            Assert.Equal("canvas.command.prescribe.pre_commit", body.GetProperty("type").GetString());
            Assert.Equal(["first-guard", "second-guard"], body.GetProperty("responders").EnumerateArray().Select(r => r.GetString()));
        }

        await Eventually.TrueAsync(() => panel.Done.Count == 2, "both have done it");
        Assert.Equal(["first", "second"], panel.Done.Order(StringComparer.Ordinal));
        Assert.Equal(["first", "second"], panel.Asked.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task Refused_by_one_it_is_done_by_none_and_answered_400_with_the_reasons(TestTransport transport)
    {
        var panel = new Panel { Second = _ => Task.FromResult(Verdict.Refuse("The patient is allergic.", new Dictionary<string, string>(StringComparer.Ordinal) { ["prescribe"] = "interacts with another medication" })) };
        await using var host = await StartAsync(transport, panel);
        using var answer = await host.PostAsync("/v1/canvas", Commit);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("The patient is allergic.", problem.GetProperty("detail").GetString());
        Assert.Equal(("prescribe", "interacts with another medication"), (problem.GetProperty("errors")[0].GetProperty("field").GetString(), problem.GetProperty("errors")[0].GetProperty("detail").GetString()));

        Assert.Equal(["expired", "filtered"], await OutcomesAsync(host, 2));
        Assert.Empty(panel.Done);
        Assert.DoesNotContain(host.Log.Lines, l => l.Contains("allergic", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task Without_a_verdict_in_time_it_is_withdrawn_and_answered_504(TestTransport transport)
    {
        var late = new TaskCompletionSource<Verdict>();
        var panel = new Panel { Second = _ => late.Task };
        await using var host = await StartAsync(transport, panel);
        using var answer = await host.PostAsync("/v1/canvas", Commit);
        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
        late.SetResult(Verdict.Accept);
        Assert.Equal(["expired", "expired"], await OutcomesAsync(host, 2));
        Assert.Empty(panel.Done);
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task A_check_that_throws_refuses_and_where_it_says_so_accepts(TestTransport transport)
    {
        var panel = new Panel { First = _ => throw new InvalidOperationException("patient p-1") };
        await using var host = await StartAsync(transport, panel);
        using var refused = await host.PostAsync("/v1/canvas", Commit);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.DoesNotContain("p-1", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        panel.First = _ => Task.FromResult(Verdict.Accept);
        panel.Second = _ => throw new InvalidOperationException("patient p-1");
        using var accepted = await host.PostAsync("/v1/canvas", Commit);
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task Any_event_waits_that_is_sent_so_and_none_where_nobody_responds(TestTransport transport)
    {
        var panel = new Panel();
        await using var host = await StartAsync(transport, panel);
        const string update = """{"type":"PRESCRIBE_COMMAND__POST_COMMIT","target":"c-1","context":{}}""";
        using var plain = await host.PostAsync("/v1/canvas", update);
        Assert.Equal(HttpStatusCode.Accepted, plain.StatusCode);
        using var waited = await host.PostAsync("/v1/canvas", update, "application/json", ("Prefer", "respond-async, wait=5"));
        Assert.Equal(HttpStatusCode.OK, waited.StatusCode);
        Assert.Equal("wait=5", waited.Headers.GetValues("Preference-Applied").Single());
        using var alone = await host.PostAsync("/v1/canvas", """{"type":"TASK_CREATED","target":"t-1"}""", "application/json", ("Prefer", "wait=5"));
        Assert.Equal(HttpStatusCode.Accepted, alone.StatusCode);

        // A sender cannot say where an answer goes.
        using var forged = await host.PostAsync(
            "/v1/events", """{"specversion":"1.0","id":"f","source":"/x","type":"canvas.command.prescribe.post_commit","eventbusanswerto":"eventbus.answers.x"}""", EventJson.MediaType);
        Assert.Equal(HttpStatusCode.Accepted, forged.StatusCode);
        await Eventually.TrueAsync(() => panel.Done.Count == 6, "each responder has done the three");
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task Behind_a_subject_that_is_held_it_is_refused_with_that_reason(TestTransport transport)
    {
        var panel = new Panel { Fails = true };
        await using var host = await StartAsync(transport, panel);
        using var first = await host.PostAsync("/v1/canvas", Commit);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);

        // Of two responders one has failed twice then, so that its first failure is recorded.
        await Eventually.TrueAsync(() => panel.Failures > 2, "the first fails");

        // Whether the first waits for another attempt or is at it.
        for (var i = 0; i < 5; i++)
        {
            using var second = await host.PostAsync("/v1/canvas", Commit);
            Assert.Equal(HttpStatusCode.BadRequest, second.StatusCode);
            Assert.Contains("earlier event of the same subject", await second.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        panel.Fails = false;
        await Eventually.TrueAsync(() => panel.Done.Count == 2, "the first is done");
        Assert.Equal(["expired", "processed"], (await OutcomesAsync(host, 4)).Distinct(StringComparer.Ordinal));
        Assert.Equal(2, panel.Done.Count);
    }

    static Task<BusHost> StartAsync(TestTransport transport, RabbitMqFixture broker, Panel panel) => BusHost.StartAsync(transport, broker, b =>
    {
        b.WithService(panel).WithConsumer<FirstGuardConsumer>().WithConsumer<SecondGuardConsumer>().With("EventBus:Gateway:AnswerTimeout", "00:00:03");
        for (var attempt = 0; attempt < 100; attempt++)
        {
            b.With($"EventBus:Consumers:RetrySchedule:{attempt}", "00:00:01");
        }
    });

    async Task<BusHost> StartAsync(TestTransport transport, Panel panel)
    {
        var host = await StartAsync(transport, broker, panel);
        await host.UntilRespondingAsync(new CommandEvent { Source = "canvas", Type = "canvas.command.prescribe.pre_commit" }, 2);
        return host;
    }

    static async Task<IReadOnlyList<string>> OutcomesAsync(BusHost host, int count)
    {
        IReadOnlyList<string> outcomes = [];
        await Eventually.TrueAsync(
            async () =>
            {
                await using var connection = await host.Services.GetRequiredService<Database>().ConnectAsync();
                var states = (await connection.QueryAsync<int>("SELECT state FROM deliveries")).Select(s => (DeliveryState)s).ToList();
                outcomes = [.. states.Select(s => s.ToString().ToLowerInvariant()).Order(StringComparer.Ordinal)];
                return states.Count >= count && (count == 1 || states.TrueForAll(s => s != DeliveryState.Waiting));
            },
            "every event has an outcome");
        return outcomes;
    }
}

/// <summary>What the guards below say and do.</summary>
sealed class Panel
{
    int _failures;

    public Func<CommandEvent, Task<Verdict>> First { get; set; } = _ => Task.FromResult(Verdict.Accept);

    public Func<CommandEvent, Task<Verdict>> Second { get; set; } = _ => Task.FromResult(Verdict.Accept);

    public bool Fails { get; set; }

    public int Failures => _failures;

    public ConcurrentQueue<string> Asked { get; } = new();

    public ConcurrentQueue<string> Done { get; } = new();

    public Task<Verdict> AskAsync(string guard, Func<CommandEvent, Task<Verdict>> says, CommandEvent @event)
    {
        Asked.Enqueue(guard);
        return says(@event);
    }

    public Task Do(string guard)
    {
        if (Fails)
        {
            Interlocked.Increment(ref _failures);
            throw new InvalidOperationException();
        }

        Done.Enqueue(guard);
        return Task.CompletedTask;
    }
}

[RespondsTo("canvas.command.prescribe.*")]
sealed class FirstGuardConsumer(Panel panel) : IResponder<CommandEvent>
{
    public Task<Verdict> JudgeAsync(CommandEvent @event, CancellationToken cancellationToken) => panel.AskAsync("first", panel.First, @event);

    public Task Consume(ConsumeContext<CommandEvent> context) => panel.Do("first");
}

[RespondsTo("canvas.command.#", AcceptOnError = true)]
sealed class SecondGuardConsumer(Panel panel) : IResponder<CommandEvent>
{
    public Task<Verdict> JudgeAsync(CommandEvent @event, CancellationToken cancellationToken) => panel.AskAsync("second", panel.Second, @event);

    public Task Consume(ConsumeContext<CommandEvent> context) => panel.Do("second");
}
