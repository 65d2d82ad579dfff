using System.Text.Json;
using EventBus.Consumers.Workflows.Definitions;
using EventBus.Consumers.Workflows.Runs;
using EventBus.Contracts;
using EventBus.Storage;
using EventBus.Storage.Workflows;

namespace EventBus.Tests.Workflows;

/// <summary>What follows for a run from what happens to it.</summary>
public sealed class RunMachineTests
{
    const string Everything = """
        {"name":"everything","when":{"events":["t.order.created"]},"then":[
          {"send":{"endpoint":"a","body":{"n":1}}},
          {"wait":{"until":{"events":["t.order.paid"]},"timeout":"1h"},
           "arrived":[{"publish":{"type":"t.order.thanked","data":"{{event.data.n}}"}},{"wait":{"until":{"events":["t.order.*"],"where":{"path":"event.data.n","moreThan":5}},"timeout":"2h"},"timeout":[{"end":"nothing more"}]}],
           "timeout":[{"send":{"endpoint":"b","body":"late"}},{"wait":{"for":"10m"}}]},
          {"branch":[{"if":{"path":"event.data.n","moreThan":7},"then":[{"publish":{"type":"t.order.many","data":null}}]},{"if":{"path":"event.id","exists":true},"then":[{"wait":{"for":"1m"}}]},{"else":[{"end":"none came"}]}]},
          {"send":{"endpoint":"a","body":"last"}}]}
        """;

    static readonly DateTimeOffset Start = new(2031, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);

    [Fact]
    public void Whatever_happens_each_step_is_begun_once_each_effect_has_an_id_of_its_own_and_an_end_is_an_end()
    {
        var ends = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var driver = new Driver(Everything);
            driver.Give(RunInput.Started);
            for (var i = 0; i < 60 && driver.Run.EndedAt is null; i++)
            {
                switch (random.Next(6))
                {
                    case 0:
                        driver.Arrive(random.Next(2) == 0 ? "t.order.paid" : "t.order.other", random.Next(10));
                        break;
                    case 1:
                        driver.Now += TimeSpan.FromMinutes(random.Next(90));
                        driver.Give(RunInput.Rang(random.Next(3) == 0));
                        break;
                    case 2:
                        driver.Now = driver.Run.RingsAt ?? driver.Now;
                        driver.Give(RunInput.Rang(false));
                        break;
                    case 3 when driver.Run.Sent is not null:
                        driver.Give(RunInput.Delivery((DeliveryState)random.Next(6)));
                        break;
                    case 4:
                        driver.Give(RunInput.Delivery(DeliveryState.Processed));
                        break;
                    default:
                        driver.Give(RunInput.Arrived);
                        break;
                }
            }

            if (driver.Run.EndedAt is not null)
            {
                var end = driver.Run;
                driver.Now += TimeSpan.FromDays(1);
                foreach (var input in (RunInput[])[RunInput.Started, RunInput.Arrived, RunInput.Rang(false), RunInput.Delivery(DeliveryState.Processed), RunInput.Delivery(null)])
                {
                    driver.Give(input);
                }

                Assert.Same(end, driver.Run);
                ends[$"{end.Status} {end.Reason?.Split(' ')[0]}"] = ends.GetValueOrDefault($"{end.Status} {end.Reason?.Split(' ')[0]}") + 1;
            }
        }

        // The cases above were all among them.
        Assert.All((string[])["Completed ", "Completed nothing", "Completed none", "Failed then[0]:"], end => Assert.True(ends.GetValueOrDefault(end) > 0, $"no run has ended as '{end}'"));
    }

    [Fact]
    public void A_step_begins_when_the_delivery_before_it_has_ended()
    {
        var driver = new Driver(Everything);
        driver.Give(RunInput.Started);
        Assert.Equal((RunStatus.Running, "then[0]", "a"), (driver.Run.Status, driver.Run.At, driver.Run.Sent!.Endpoint));
        driver.Give(RunInput.Delivery(DeliveryState.Processed));
        Assert.Equal((RunStatus.Waiting, "then[1]"), (driver.Run.Status, driver.Run.At));
    }

    [Fact]
    public void A_dead_message_fails_the_run_a_retry_lets_it_go_on_and_a_discard_ends_it()
    {
        var driver = new Driver(Everything);
        driver.Give(RunInput.Started);
        driver.Give(RunInput.Delivery(DeliveryState.Dead));
        Assert.Equal((RunStatus.Failed, null, "then[0]: the message is a dead letter"), (driver.Run.Status, driver.Run.EndedAt, driver.Run.Reason));
        driver.Give(RunInput.Delivery(DeliveryState.Waiting));
        Assert.Equal((RunStatus.Running, null), (driver.Run.Status, driver.Run.Reason));
        driver.Give(RunInput.Delivery(DeliveryState.Dead));
        driver.Give(RunInput.Delivery(DeliveryState.Processed));
        Assert.Equal((RunStatus.Waiting, null), (driver.Run.Status, driver.Run.Reason));

        var nowhere = new Driver(Everything);
        nowhere.Give(RunInput.Started);
        nowhere.Give(RunInput.Delivery(null));
        Assert.Equal((RunStatus.Failed, "then[0]: no endpoint a is configured", nowhere.Now), (nowhere.Run.Status, nowhere.Run.Reason, nowhere.Run.EndedAt!.Value));

        var other = new Driver(Everything);
        other.Give(RunInput.Started);
        other.Give(RunInput.Delivery(DeliveryState.Dead));
        other.Give(RunInput.Delivery(DeliveryState.Discarded));
        Assert.Equal((RunStatus.Failed, other.Now), (other.Run.Status, other.Run.EndedAt!.Value));
    }

    [Fact]
    public void An_event_accepted_before_the_wait_began_counts_and_each_ends_one_wait()
    {
        var driver = new Driver("""
            {"name":"w","when":{"events":["t.order.created"]},"then":[{"wait":{"for":"1h"}},
              {"wait":{"until":{"events":["t.order.paid"]},"timeout":"1h"}},{"wait":{"until":{"events":["t.order.paid"]},"timeout":"1h"}},{"end":"done"}]}
            """);
        driver.Give(RunInput.Started);
        driver.Arrive("t.order.paid", 1);
        driver.Now += TimeSpan.FromHours(1);
        driver.Give(RunInput.Rang(false));
        Assert.Equal(("then[2]", "arrived"), (driver.Run.At, driver.Run.Steps[1].Decision));
        driver.Arrive("t.order.paid", 2);
        Assert.Equal((RunStatus.Completed, "done"), (driver.Run.Status, driver.Run.Reason));
        Assert.Equal(2, driver.Run.Steps.Select(s => s.Entry).OfType<string>().Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void A_wait_is_decided_by_when_events_were_accepted_not_by_when_they_are_seen()
    {
        const string Wait = """{"name":"w","when":{"events":["t.order.created"]},"then":[{"wait":{"until":{"events":["t.order.paid"]},"timeout":"1h"},"arrived":[{"end":"paid"}]},{"end":"not paid"}]}""";
        var late = new Driver(Wait);
        late.Give(RunInput.Started);
        late.Now = Start + TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1);
        late.Arrive("t.order.paid", 1);
        Assert.Equal(RunStatus.Waiting, late.Run.Status);
        late.Now = late.Run.RingsAt!.Value;
        late.Give(RunInput.Rang(false));
        Assert.Equal("not paid", late.Run.Reason);

        // Nobody was there for a day: what has come meanwhile goes first.
        var down = new Driver(Wait);
        down.Give(RunInput.Started);
        down.Now = Start + TimeSpan.FromDays(1);
        down.Give(RunInput.Rang(false));
        Assert.Equal((RunStatus.Waiting, down.Now + Settle), (down.Run.Status, down.Run.RingsAt));
        down.Arrive("t.order.paid", 1, Start + TimeSpan.FromMinutes(30));
        Assert.Equal("paid", down.Run.Reason);

        var behind = new Driver(Wait);
        behind.Give(RunInput.Started);
        behind.Now = behind.Run.RingsAt!.Value;
        behind.Give(RunInput.Rang(hasUnhandled: true));
        Assert.Equal(RunStatus.Waiting, behind.Run.Status);
        behind.Now = behind.Run.RingsAt!.Value;
        behind.Give(RunInput.Rang(hasUnhandled: false));
        Assert.Equal("not paid", behind.Run.Reason);
    }

    [Fact]
    public void An_event_accepted_before_the_trigger_is_not_wanted_and_no_more_are_kept_than_can_be_used()
    {
        var workflow = Definitions.Read("""{"name":"w","when":{"events":["t.order.created"]},"then":[{"wait":{"until":{"events":["t.order.paid"]},"timeout":"1h"}},{"wait":{"until":{"events":["t.order.shipped"]},"timeout":"1h"}}]}""");
        CloudEvent At(string type, string gateway, long sequence, int second) => new Acceptance(Start.AddSeconds(second), gateway, sequence, "").On(Make(type, "{}"));
        var trigger = At("t.order.created", "g1", 10, 10);

        Assert.False(new RunEvents(trigger, []).IsWanted(workflow, At("t.order.paid", "g1", 9, 11)));
        Assert.True(new RunEvents(trigger, []).IsWanted(workflow, At("t.order.paid", "g1", 11, 9)));
        Assert.False(new RunEvents(trigger, []).IsWanted(workflow, At("t.order.paid", "g2", 99, 9)));
        Assert.True(new RunEvents(trigger, []).IsWanted(workflow, At("t.order.paid", "g2", 1, 11)));
        Assert.False(new RunEvents(trigger, []).IsWanted(workflow, At("t.order.other", "g1", 11, 11)));

        var two = Enumerable.Range(0, 2).Select(i => new RunEvent($"{i}", Start, Make("t.order.paid", "{}"))).ToList();
        Assert.False(new RunEvents(trigger, two).IsWanted(workflow, At("t.order.paid", "g1", 20, 20)));
        Assert.True(new RunEvents(trigger, two).IsWanted(workflow, At("t.order.shipped", "g1", 20, 20)));
    }

    [Fact]
    public void A_step_that_cannot_be_done_fails_the_run_and_the_reason_has_no_value_in_it()
    {
        var missing = new Driver("""{"name":"w","when":{"events":["t.order.created"]},"then":[{"publish":{"type":"t.order.told","data":1}},{"send":{"endpoint":"a","body":"{{trigger.data.gone}}"}}]}""");
        missing.Give(RunInput.Started);
        Assert.Equal((RunStatus.Failed, "then[1]: trigger.data.gone has no value", missing.Now), (missing.Run.Status, missing.Run.Reason, missing.Run.EndedAt!.Value));
        Assert.Single(missing.Published);

        var subject = new Driver("""{"name":"w","when":{"events":["t.order.created"]},"then":[{"publish":{"type":"t.order.told","data":1,"subject":"{{trigger.data.list}}"}}]}""");
        subject.Give(RunInput.Started);
        Assert.Equal("then[0]: what comes of the subject is no text", subject.Run.Reason);
    }

    [Fact]
    public void Workflows_that_follow_from_each_other_end_after_eight()
    {
        const string Loop = """{"name":"loop","when":{"events":["t.order.created"]},"then":[{"publish":{"type":"t.order.created","data":{"list":[]}}}]}""";
        var trigger = Make("t.order.created", "{}");
        for (var hop = 0; hop < OwnEvents.MaxHops; hop++)
        {
            var driver = new Driver(Loop, trigger);
            driver.Give(RunInput.Started);
            Assert.Equal(RunStatus.Completed, driver.Run.Status);
            trigger = Assert.Single(driver.Published);
        }

        var last = new Driver(Loop, trigger);
        last.Give(RunInput.Started);
        Assert.Equal((RunStatus.Failed, 0), (last.Run.Status, last.Published.Count));
        Assert.Contains("8 workflows", last.Run.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_canceled_run_does_nothing_more()
    {
        var driver = new Driver(Everything);
        driver.Give(RunInput.Started);
        driver.Run = driver.Run.Cancel("a test", driver.Now);
        driver.Give(RunInput.Delivery(DeliveryState.Processed));
        Assert.Equal((RunStatus.Canceled, "a test", StepState.Canceled), (driver.Run.Status, driver.Run.Reason, Assert.Single(driver.Run.Steps).State));
        Assert.Single(driver.Published);
    }

    static CloudEvent Make(string type, string data) => new UnclassifiedEvent { Source = "/t", Type = type, Subject = "s", Data = JsonElement.Parse(data) }.Classify();

    /// <summary>A run to which things happen; what always holds is asserted after each.</summary>
    sealed class Driver
    {
        readonly Workflow _workflow;
        readonly CloudEvent _trigger;
        readonly List<RunEvent> _events = [];

        public Driver(string workflow, CloudEvent? trigger = null)
        {
            _workflow = Definitions.Read(workflow);
            _trigger = trigger ?? Make("t.order.created", """{"n":0,"list":[1]}""");
            Run = new WorkflowRun
            {
                Key = "k", Workflow = _workflow.Name, Definition = _workflow.Hash, Source = _trigger.Source, Subject = _trigger.Subject, TriggerId = _trigger.Id, TriggerType = _trigger.Type, Trigger = "t",
                StartedAt = Start, Hops = OwnEvents.HopsOf(_trigger),
            };
        }

        public DateTimeOffset Now { get; set; } = Start;

        public WorkflowRun Run { get; set; }

        public List<CloudEvent> Published { get; } = [];

        public void Arrive(string type, int number, DateTimeOffset? accepted = null)
        {
            _events.Add(new RunEvent($"e{_events.Count}", accepted ?? Now, Make(type, $$"""{"n":{{number}}}""")));
            Give(RunInput.Arrived);
        }

        public void Give(RunInput input)
        {
            var before = Run;
            var events = new RunEvents(_trigger, [.. _events]);
            var (run, published) = RunMachine.Next(_workflow, before, events, input, Settle, Now);

            // The same again leads to the same: nothing is hidden in the machine.
            var again = RunMachine.Next(_workflow, before, events, input, Settle, Now);
            Assert.Equal(published.Select(e => e.Id), again.Published.Select(e => e.Id));
            Assert.Equal(run.Steps, again.Run.Steps);

            // As it is stored, it is read.
            Run = JsonSerializer.Deserialize<WorkflowRun>(JsonSerializer.Serialize(run))!;
            Assert.Equal(JsonSerializer.Serialize(run), JsonSerializer.Serialize(Run));
            Run = ReferenceEquals(run, before) ? before : run;
            Published.AddRange(published);

            Assert.Equal(Run.Steps.Count, Run.Steps.Select(s => s.Path).Distinct(StringComparer.Ordinal).Count());
            Assert.Equal(Published.Count, Published.Select(e => e.Id).Distinct(StringComparer.Ordinal).Count());
            Assert.All(Published, e => Assert.Empty(EventReader.Check(e)));
            Assert.Equal(Run.Steps.Select(s => s.Entry).OfType<string>().Count(), Run.Steps.Select(s => s.Entry).OfType<string>().Distinct(StringComparer.Ordinal).Count());
            Assert.All(Run.Steps.SkipLast(1), s => Assert.NotNull(s.EndedAt));
            if (Run.EndedAt is not null)
            {
                Assert.Equal((null, null, null), (Run.At, Run.RingsAt, Run.Sent));
            }
            else if (Run.At is not null)
            {
                Assert.True((Run.Status == RunStatus.Waiting) == Run.RingsAt is not null);
                Assert.True((Run.Status is RunStatus.Running or RunStatus.Failed) == Run.Sent is not null);
            }
        }
    }
}
