using EventBus.Contracts;
using EventBus.Operations;
using EventBus.Operations.Access;
using EventBus.Publisher;
using EventBus.Storage;
using EventBus.Storage.Workflows;
using EventBus.Tests.Contracts;
using EventBus.Tests.Fixtures;
using Dapper;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Workflows;

/// <summary>Workflows from the sender's request to what they send and publish.</summary>
public sealed class WorkflowsTests(RabbitMqFixture broker, PostgresFixture postgres)
{
    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task The_documented_workflows_do_what_they_say(TestTransport transport)
    {
        await using var bed = await Bed.StartAsync(transport, broker, Repository.PathTo("deploy/workflows"), "patient-messages", "pharmacy");
        await bed.SendAsync("customer.signup", """{"_id":"c1","email":"one@example.com","firstName":"Testa"}""");
        await bed.SendAsync("customer.signup", """{"_id":"c2","email":"two@example.com"}""");
        await bed.UntilAsync(runs => runs.Count(r => r.Workflow == "welcome" && r.Status == "waiting") == 2);
        await bed.SendAsync("order.created", """{"_id":"o1","customer":{"_id":"c2"}}""");
        await bed.UntilAsync(runs => runs.Count(r => r.Status == "completed") == 1);
        await bed.SendAsync("order.awaiting_requirements", """{"_id":"o1","id":1,"status":"awaiting_requirements","customer":{"_id":"c2","email":"two@example.com","firstName":"Two"}}""");
        await bed.SendAsync("order.awaiting_requirements", """{"_id":"o2","id":2,"status":"awaiting_requirements","customer":{"_id":"c2","email":"two@example.com"}}""");
        await bed.SendAsync("order.shipping_address_updated", """{"_id":"o1","status":"awaiting_requirements","customer":{"_id":"c2"}}""");
        await bed.SendAsync("order.processing", """{"_id":"o2","status":"processing","customer":{"_id":"c2"}}""");
        await bed.SendAsync("prescription.fulfillment", """{"_id":"p1","customer":{"_id":"c3","phone":"+12025550143"},"drugs":[{"din":"X"}],"fulfillments":[{"orderId":1}]}""");
        await bed.UntilAsync(runs => runs.Count(r => r.Status == "completed") == 3);
        Assert.Equal(["pharmacy", "patient-messages"], bed.Bodies.Select(b => b.Endpoint));
        Assert.Equal("""{"prescription":"p1","patient":"c3","drugs":[{"din":"X"}],"fulfillments":[{"orderId":1}]}""", bed.Bodies[0].Body);
        Assert.Equal("""{"template":"prescription-is-with-the-pharmacy","to":null,"phone":"+12025550143"}""", bed.Bodies[1].Body);

        bed.Clock.Shift = TimeSpan.FromMinutes(61);
        await bed.UntilAsync(runs => runs.Count(r => r.Status == "completed") == 4);
        Assert.Equal("""{"template":"welcome","to":"one@example.com","name":"Testa"}""", bed.Bodies[2].Body);
        bed.Clock.Shift = TimeSpan.FromDays(3) + TimeSpan.FromMinutes(1);
        await bed.UntilAsync(runs => runs.Count(r => r.Status == "completed") == 5);
        Assert.Equal("""{"template":"order-waits-for-you","to":"two@example.com","text":"Dear Two, your order 1 waits for something from you.","order":"o1"}""", bed.Bodies[3].Body);
        Assert.Equal(4, bed.Bodies.Count);
        Assert.DoesNotContain(bed.Host.Log.Lines, line => line.Contains("example.com", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task Each_step_does_its_part_once_however_often_the_trigger_comes(TestTransport transport)
    {
        await using var bed = await Bed.StartAsync(transport, broker, """
            name: all
            when: {events: [careportals.order.created], where: {path: trigger.data.total, atLeast: 10}}
            then:
              - publish: {type: clinic.task.requested, data: {order: "{{trigger.data._id}}"}, subject: "task-{{trigger.data._id}}"}
              - send: {endpoint: mailer, body: {step: 1}}
              - wait:
                  until: {events: [careportals.order.shipped], where: {path: event.data._id, equals: {path: trigger.data._id}}}
                  timeout: 2d
              - branch:
                  - if: {path: event.data.carrier, in: [fast, faster]}
                    then: [{send: {endpoint: mailer, body: {step: 2, carrier: "{{event.data.carrier}}"}}}]
                  - else: [{end: slow}]
            """, "mailer");
        const string Order = """{"_id":"o1","total":10,"customer":{"_id":"c1"}}""";
        await bed.SendAsync("order.created", Order);
        await bed.SendAsync("order.created", """{"_id":"o9","total":9,"customer":{"_id":"c1"}}""");
        await bed.SendAsync("order.shipped", """{"_id":"other","customer":{"_id":"c1"}}""");
        await bed.UntilAsync(runs => runs is [{ Status: "waiting" }]);

        // The same acceptance again, as the broker may bring it, and a replay of it.
        var publisher = bed.Host.Services.GetRequiredService<IEventPublisher>();
        var trigger = await bed.ArchivedAsync("careportals.order.created");
        await publisher.PublishAsync(trigger);
        await publisher.PublishAsync(trigger.WithExtension(CloudEvent.ReplayName, "r1"));

        // Nobody else can have an endpoint of workflows sent something, and what they send is for it alone.
        var forged = new WebhookEvent { Source = "/shop", Type = EventTypes.EventBus.WebhookWorkflowMessage, Subject = "c1", Data = System.Text.Json.JsonElement.Parse("\"forged\"") };
        await publisher.PublishAsync(forged);
        await publisher.PublishAsync(forged with { Id = "addressed", Extensions = forged.WithExtension(CloudEvent.OnlyToName, "mailer").Extensions });
        await bed.SendAsync("order.shipped", """{"_id":"o1","carrier":"fast","customer":{"_id":"c1"}}""");
        await bed.UntilAsync(runs => runs is [{ Status: "completed" }]);
        await bed.QuietAsync();

        Assert.Equal(["""{"step":1}""", """{"step":2,"carrier":"fast"}"""], bed.Bodies.Select(b => b.Body));
        Assert.Equal(forged.Id, EventJson.Parse(Assert.Single(bed.Other.Deliveries).Body).Id);
        Assert.Equal(1L, await bed.ScalarAsync<long>("SELECT count(*) FROM workflow_runs"));
        var published = await bed.ArchivedAsync("clinic.task.requested");
        var run = (await bed.RunAsync())!;
        Assert.Equal(("/eventbus/workflows", "task-o1", $"{run.Key}.then[0]", """{"order":"o1"}"""), (published.Source, published.Subject, published.Id, published.Data!.Value.GetRawText()));
        Assert.Equal(["then[0] publish Done", "then[1] send Done delivered", "then[2] wait Done arrived", "then[3] branch Done branch[0]", "then[3].branch[0].then[0] send Done delivered"],
            run.Steps.Select(s => $"{s.Path} {s.Kind} {s.State} {s.Decision}".TrimEnd()));

        // The ledger is even: what the workflow sent is counted at its endpoint, and at nobody else's.
        var entries = await new Ledger(bed.Database).CountAsync(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), TestContext.Current.CancellationToken);
        Assert.All(entries, e => Assert.Equal(0, e.Difference));
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task An_event_that_comes_before_the_wait_begins_counts_and_one_before_the_trigger_or_of_another_subject_does_not(TestTransport transport)
    {
        await using var bed = await Bed.StartAsync(transport, broker, """
            name: early
            when: {events: [careportals.order.created]}
            then:
              - send: {endpoint: mailer, body: 1}
              - wait: {until: {events: [careportals.order.shipped]}, timeout: 1h}
                arrived: [{end: shipped}]
            """, "mailer");
        bed.Fails = true;
        await bed.SendAsync("order.shipped", """{"_id":"o1","customer":{"_id":"c1"}}""");
        await bed.SendAsync("order.created", """{"_id":"o1","customer":{"_id":"c1"}}""");
        await bed.SendAsync("order.created", """{"_id":"o2","customer":{"_id":"c2"}}""");
        await bed.SendAsync("order.shipped", """{"_id":"o2","customer":{"_id":"c2"}}""");
        await bed.HandledAsync(4);
        bed.Fails = false;
        await bed.UntilAsync(runs => runs.Any(r => r.Status == "completed") && runs.Any(r => r.Status == "waiting"));

        Assert.Equal("c2", (await bed.RunAsync("completed"))!.Subject);
        Assert.Equal("c1", (await bed.RunAsync("waiting"))!.Subject);
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task A_send_that_fails_is_retried_as_the_endpoint_says_dies_and_goes_on_when_an_operator_retries_it(TestTransport transport)
    {
        await using var bed = await Bed.StartAsync(transport, broker, """
            name: failing
            when: {events: [careportals.order.created]}
            then:
              - send: {endpoint: mailer, body: {to: "{{trigger.data.customer.email}}"}}
              - send: {endpoint: mailer, body: second}
            """, "mailer");
        bed.Fails = true;
        await bed.SendAsync("order.created", """{"_id":"o1","customer":{"_id":"c1","email":"private@example.com"}}""");
        await bed.UntilAsync(runs => runs is [{ Status: "failed", EndedAt: null }]);
        Assert.Equal(3, bed.Attempts);
        Assert.Equal("then[0]: the message is a dead letter", (await bed.RunAsync())!.Reason);

        bed.Fails = false;
        Assert.Equal(1, await new DeadLetterDesk(bed.Database, TimeProvider.System).RetryAsync(Actor.CommandLine, new DeadLetterFilter(Endpoint: "mailer")));
        await bed.UntilAsync(runs => runs is [{ Status: "completed" }]);
        Assert.Equal(["""{"to":"private@example.com"}""", "\"second\""], bed.Bodies.Select(b => b.Body));
        Assert.DoesNotContain(bed.Host.Log.Lines, line => line.Contains("private", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task A_discarded_message_ends_the_run_and_a_value_that_is_missing_fails_it(TestTransport transport)
    {
        await using var bed = await Bed.StartAsync(transport, broker, """
            name: failing
            when: {events: [careportals.order.created]}
            then:
              - send: {endpoint: mailer, body: "{{trigger.data.text}}"}
            """, "mailer");
        bed.Fails = true;
        await bed.SendAsync("order.created", """{"_id":"o1","customer":{"_id":"c1"}}""");
        await bed.UntilAsync(runs => runs is [{ Status: "failed", EndedAt: not null }]);
        Assert.Equal("then[0]: trigger.data.text has no value", (await bed.RunAsync())!.Reason);
        await bed.SendAsync("order.created", """{"_id":"o2","text":"x","customer":{"_id":"c1"}}""");
        await bed.UntilAsync(runs => runs is [{ Status: "failed", EndedAt: null }, _]);
        await new DeadLetterDesk(bed.Database, TimeProvider.System).DiscardAsync(Actor.CommandLine, new DeadLetterFilter(Endpoint: "mailer"), "a test");
        await bed.UntilAsync(runs => runs is [{ Status: "failed", EndedAt: not null }, _]);
        Assert.Equal("then[0]: the message was discarded", (await bed.RunAsync())!.Reason);
        Assert.Empty(bed.Bodies);
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task A_canceled_run_does_nothing_more(TestTransport transport)
    {
        await using var bed = await Bed.StartAsync(transport, broker, """
            name: canceled
            when: {events: [careportals.order.created]}
            then:
              - wait: {for: 1h}
              - send: {endpoint: mailer, body: 1}
            """, "mailer");
        await bed.SendAsync("order.created", """{"_id":"o1","customer":{"_id":"c1"}}""");
        await bed.SendAsync("order.created", """{"_id":"o2","customer":{"_id":"c2"}}""");
        await bed.UntilAsync(runs => runs.Count(r => r.Status == "waiting") == 2);
        var runs = new WorkflowRuns(bed.Database, TimeProvider.System);
        var key = (await bed.ListAsync())[0].Run;
        await Assert.ThrowsAsync<OperationRefusedException>(() => runs.CancelAsync(Actor.CommandLine, key, " "));
        await Assert.ThrowsAsync<OperationRefusedException>(() => runs.CancelAsync(Actor.CommandLine, "nothing", "a test"));
        Assert.Null(await runs.CancelAsync(Actor.CommandLine, key, "a test"));
        await Assert.ThrowsAsync<OperationRefusedException>(() => runs.CancelAsync(Actor.CommandLine, key, "again"));

        bed.Clock.Shift = TimeSpan.FromHours(2);
        await bed.UntilAsync(all => all.Any(r => r.Status == "completed"));
        await bed.QuietAsync();
        Assert.Equal(["canceled", "completed"], (await bed.ListAsync()).Select(r => r.Status).Order(StringComparer.Ordinal));
        Assert.Single(bed.Bodies);
        var canceled = (await runs.FindAsync(key, TestContext.Current.CancellationToken))!;
        Assert.Equal("a test", canceled.Reason);
        Assert.Single(await runs.ListAsync(new WorkflowRunFilter(Workflow: "canceled", Status: RunStatus.Canceled, Subject: canceled.Subject), null, 10, TestContext.Current.CancellationToken));
        Assert.Empty(await runs.ListAsync(new WorkflowRunFilter(Tenant: "elsewhere"), null, 10, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task A_message_under_way_when_its_run_is_canceled_is_told_of_and_delivered(TestTransport transport)
    {
        await using var bed = await Bed.StartAsync(transport, broker, """
            name: canceled
            when: {events: [careportals.order.created]}
            then: [{send: {endpoint: mailer, body: 1}}, {send: {endpoint: mailer, body: 2}}]
            """, "mailer");
        await new EndpointControl(bed.Database, TimeProvider.System).PauseAsync("mailer", "a test");
        await bed.SendAsync("order.created", """{"_id":"o1","customer":{"_id":"c1"}}""");
        await bed.UntilAsync(runs => runs is [{ Status: "running" }]);
        var sent = await new WorkflowRuns(bed.Database, TimeProvider.System).CancelAsync(Actor.CommandLine, (await bed.ListAsync())[0].Run, "a test");
        Assert.Equal("mailer", sent!.Endpoint);
        await new EndpointControl(bed.Database, TimeProvider.System).ResumeAsync("mailer");
        await Eventually.TrueAsync(() => bed.Bodies.Count == 1, "the message is delivered");
        await bed.QuietAsync();
        Assert.Equal(["1"], bed.Bodies.Select(b => b.Body));
        Assert.Equal(RunStatus.Canceled, (await bed.RunAsync())!.Status);
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task What_the_bus_itself_publishes_of_a_subject_starts_workflows_and_ends_waits_of_runs_of_other_sources(TestTransport transport)
    {
        await using var bed = await Bed.StartAsync(transport, broker, """
            name: asks
            when: {events: [careportals.order.created, clinic.task.answered]}
            then:
              - branch:
                  - if: {path: trigger.type, equals: clinic.task.answered}
                    then: [{publish: {type: clinic.task.closed, data: {}}}, {end: answered}]
              - publish: {type: clinic.task.answered, data: {}}
              - wait: {until: {events: [clinic.task.closed]}, timeout: 1h}
                arrived: [{end: closed}]
            """, "unused");
        await bed.SendAsync("order.created", """{"_id":"o1","customer":{"_id":"c1"}}""");
        await bed.UntilAsync(runs => runs is [{ Status: "completed" }, { Status: "completed" }]);

        var reasons = new List<string?>();
        foreach (var run in await bed.ListAsync())
        {
            reasons.Add((await new WorkflowRuns(bed.Database, TimeProvider.System).FindAsync(run.Run, TestContext.Current.CancellationToken))!.Reason);
        }

        Assert.Equal(["answered", "closed"], reasons);
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task What_has_ended_is_deleted_after_its_retention_and_what_has_not_is_kept(TestTransport transport)
    {
        await using var bed = await Bed.StartAsync(transport, broker, """
            name: kept
            when: {events: [careportals.order.created]}
            then:
              - branch: [{if: {path: trigger.data.total, exists: true}, then: [{end: at once}]}]
              - wait: {for: 365d}
            """, "unused");
        await bed.SendAsync("order.created", """{"_id":"o1","total":1,"customer":{"_id":"c1"}}""");
        await bed.SendAsync("order.created", """{"_id":"o2","customer":{"_id":"c2"}}""");
        await bed.UntilAsync(runs => runs.Count(r => r.Status == "completed") == 1 && runs.Count(r => r.Status == "waiting") == 1);
        var clock = new ShiftedClock { Shift = TimeSpan.FromDays(900) };
        await new RetentionJob(bed.Database, Microsoft.Extensions.Options.Options.Create(new RetentionOptions()), clock, Microsoft.Extensions.Logging.Abstractions.NullLogger<RetentionJob>.Instance)
            .RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal("c2", (await bed.RunAsync())!.Subject);
        Assert.Equal((1L, 1L, 1L, 1L), (await bed.ScalarAsync<long>("SELECT count(*) FROM workflow_runs"), await bed.ScalarAsync<long>("SELECT count(*) FROM records"),
            await bed.ScalarAsync<long>("SELECT count(*) FROM record_entries"), await bed.ScalarAsync<long>("SELECT count(*) FROM workflow_definitions")));
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task A_run_that_waits_for_what_no_file_asks_for_any_more_is_told_of_at_start(TestTransport transport)
    {
        var settings = await BusHost.SharedAsync(transport, broker);
        using var files = new TempDirectory();
        using var data = new TempDirectory();
        var file = Path.Combine(files.FullName, "w.yaml");
        await File.WriteAllTextAsync(file, "{name: gone, when: {events: [careportals.order.created]}, then: [{wait: {until: {events: [careportals.order.shipped]}, timeout: 1h}}]}");
        void Configure(BusHostBuilder b) => b.WithWorkflows().With("EventBus:DataDirectory", data.FullName).With("EventBus:Workflows:Directory", files.FullName);
        await using (var host = await BusHost.StartAsync(settings, Configure))
        {
            await PostAsync(host, """{"_id":"o1","customer":{"_id":"c1"}}""");
            await Eventually.TrueAsync(async () => await CountAsync(host, "waiting") == 1, "the run waits");
        }

        File.Delete(file);
        await using var again = await BusHost.StartAsync(settings, Configure);
        Assert.Contains(again.Log.Lines, l => l.Contains("1 runs of workflow gone began with a definition that waits for 'careportals.order.shipped'", StringComparison.Ordinal));
    }

    /// <summary>On one PostgreSQL, as hosts share it.</summary>
    [Fact]
    public async Task A_run_keeps_the_definition_that_it_began_with_and_two_instances_share_the_work()
    {
        using var files = new TempDirectory();
        await using var receiver = await Receiver.StartAsync();
        var storage = await postgres.NewDatabaseAsync();
        var node = await broker.GetAsync();
        var settings = BusHost.Broker(node.AmqpUri, await node.CreateVirtualHostAsync(CancellationToken.None)).Concat(storage).ToList();
        var clock = new ShiftedClock();
        void Configure(BusHostBuilder b) => b.WithWorkflows().WithService<TimeProvider>(clock)
            .With("EventBus:Workflows:Directory", files.FullName).With("EventBus:Workflows:Settle", "00:00:00.100").WithEndpoint(0, "mailer", receiver.Url, ("Consumer", "Workflows"));
        async Task WriteAsync(string body) => await File.WriteAllTextAsync(Path.Combine(files.FullName, "w.yaml"), $"{{name: w, when: {{events: [careportals.order.created]}}, then: [{{wait: {{for: 1h}}}}, {{send: {{endpoint: mailer, body: {body}}}}}]}}");
        await WriteAsync("old");
        await using (var before = await BusHost.StartAsync(settings, Configure))
        {
            await PostAsync(before, """{"_id":"o1","customer":{"_id":"c1"}}""");
            await Eventually.TrueAsync(async () => await CountAsync(before, "waiting") == 1, "the run waits");
        }

        await WriteAsync("new");
        await using var one = await BusHost.StartAsync(settings, Configure);
        await using var two = await BusHost.StartAsync(settings, Configure);
        for (var i = 2; i < 8; i++)
        {
            await PostAsync(i % 2 == 0 ? one : two, $$$"""{"_id":"o{{{i}}}","customer":{"_id":"c{{{i}}}"}}""");
        }

        await Eventually.TrueAsync(async () => await CountAsync(one, "waiting") == 7, "all runs wait");
        clock.Shift = TimeSpan.FromHours(2);
        await Eventually.TrueAsync(async () => await CountAsync(one, "completed") == 7, "all runs are complete");
        Assert.Equal(["\"new\" 6", "\"old\" 1"], receiver.Deliveries.GroupBy(d => d.Text, StringComparer.Ordinal).Select(g => $"{g.Key} {g.Count()}").Order(StringComparer.Ordinal));
    }

    static async Task PostAsync(BusHost host, string body)
    {
        using var response = await host.PostAsync("/v1/careportals/order.created", body);
        Assert.True(response.IsSuccessStatusCode);
    }

    static async Task<long> CountAsync(BusHost host, string status)
    {
        await using var connection = await host.Services.GetRequiredService<Database>().ConnectAsync();
        return await connection.QuerySingleAsync<long>("SELECT count(*) FROM workflow_runs WHERE status = @status", new { status });
    }
}
