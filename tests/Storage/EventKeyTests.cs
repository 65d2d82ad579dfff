using EventBus.Contracts;
using EventBus.Storage;

namespace EventBus.Tests.Storage;

public sealed class EventKeyTests
{
    static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_acceptance_has_one_key_of_32_digits_and_whatever_else_is_accepted_another()
    {
        var accepted = Accepted(Noon, 1);
        CloudEvent[] different =
        [
            accepted, Accepted(Noon, 2), Accepted(Noon.AddMilliseconds(1), 1), accepted with { Id = "another" }, accepted with { Source = "another" }, accepted with { Tenant = "another" },
            accepted.WithExtension(CloudEvent.ReplayName, "1"), Event(), Event() with { Time = "2026-01-31T12:00:00Z" }, Event() with { Time = "9999-12-31T23:59:59Z" }, Event() with { Time = "0001-01-01T00:00:00Z" },
        ];

        Assert.Equal(EventKey.Of(accepted), EventKey.Of(accepted with { Type = "canvas.task.completed", Subject = "another", TraceParent = "another" }));
        Assert.Equal(different.Length, different.Select(EventKey.Of).Distinct(StringComparer.Ordinal).Count());
        Assert.All(different, e => Assert.Matches("^[0-9a-f]{32}$", EventKey.Of(e)));
    }

    [Fact]
    public void Keys_stand_in_the_order_of_acceptance_and_without_one_in_that_of_the_events_time()
    {
        CloudEvent[] inOrder =
        [
            Event(), Event() with { Time = "1999-12-31T23:59:59Z" }, Accepted(Noon.AddYears(-10), 7), Accepted(Noon, 3), Event() with { Time = "2026-01-31T12:00:00.001Z" }, Accepted(Noon.AddMilliseconds(2), 2),
            Accepted(Noon.AddYears(400), 1),
        ];

        Assert.Equal(inOrder, inOrder.OrderBy(EventKey.Of, StringComparer.Ordinal));
    }

    [Fact]
    public void A_subject_has_one_key_whenever_its_events_come_and_an_event_without_one_is_spread_by_itself()
    {
        Assert.Equal(EventKey.OfSubject(Accepted(Noon, 1) with { Subject = "s" }), EventKey.OfSubject(Accepted(Noon.AddDays(1), 2) with { Subject = "s", Id = "another" }));

        var first = Enumerable.Range(1, 100).Select(i => EventKey.OfSubject(Accepted(Noon, i))[..4]).Distinct(StringComparer.Ordinal);
        Assert.InRange(first.Count(), 90, 100);
    }

    static CloudEvent Event() => new TaskEvent { Id = "1", Source = "canvas", Type = "canvas.task.created" };

    static CloudEvent Accepted(DateTimeOffset time, long sequence) => new Acceptance(time, "gateway-1", sequence, "clinic").On(Event());
}
