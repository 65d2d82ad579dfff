using EventBus.Delivery;
using EventBus.Delivery.Lanes;
using EventBus.Tests.Fixtures;
using FsCheck;
using FsCheck.Fluent;

namespace EventBus.Tests.Delivery;

public sealed class CircuitTests
{
    static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void One_or_two_stuck_subjects_never_open_it() => Prop
        .ForAll(ArbMap.Default.ArbFor<bool[]>(), subjects =>
        {
            var circuit = new Circuit(TimeSpan.FromSeconds(30));
            return subjects.Select((s, i) => circuit.Failed($"e{i}", s ? "one" : "two", Now)).All(opened => !opened) && circuit.TryPass("next", Now);
        })
        .QuickCheckThrowOnFailure();

    [Fact]
    public void It_opens_after_five_failures_in_a_row_over_three_subjects_and_a_success_begins_anew()
    {
        var circuit = new Circuit(TimeSpan.FromSeconds(30));
        Fail(circuit, 4);
        circuit.Succeeded();
        Fail(circuit, 4);
        Assert.True(circuit.TryPass("x", Now));
        Assert.True(circuit.Failed("e", "s", Now));
        Assert.False(circuit.TryPass("x", Now));
    }

    [Fact]
    public void One_event_tries_after_the_pause_which_doubles_up_to_ten_times_and_a_success_closes_it()
    {
        var circuit = new Circuit(TimeSpan.FromSeconds(30));
        Fail(circuit, 5);
        var now = Now;
        foreach (var pause in (int[])[30, 60, 120, 240, 300, 300])
        {
            Assert.False(circuit.TryPass("early", now + TimeSpan.FromSeconds(pause) - TimeSpan.FromMilliseconds(1)));
            now += TimeSpan.FromSeconds(pause);
            Assert.True(circuit.TryPass("probe", now));
            Assert.False(circuit.TryPass("second", now));
            circuit.Failed("late one that had begun before", "s9", now);
            Assert.False(circuit.TryPass("second", now));
            circuit.Failed("probe", "s", now);
        }

        now += TimeSpan.FromHours(1);
        Assert.True(circuit.TryPass("probe", now));
        Assert.True(circuit.Succeeded());
        Assert.True(circuit.TryPass("a", now) && circuit.TryPass("b", now));
    }

    [Fact]
    public void A_probe_that_did_not_take_place_makes_room_for_another()
    {
        var circuit = new Circuit(TimeSpan.FromSeconds(30));
        Fail(circuit, 5);
        Assert.True(circuit.TryPass("probe", Now + TimeSpan.FromMinutes(1)));
        circuit.Return("probe");
        Assert.True(circuit.TryPass("another", Now + TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void Pauses_between_attempts_are_at_most_a_fifth_longer_or_shorter() => Prop
        .ForAll(Seeds.Any, seed =>
        {
            var random = new System.Random(seed);
            var attempt = random.Next(1, 12);
            var pause = RetrySchedule.Default.After(attempt, random.NextDouble())!.Value;
            var planned = RetrySchedule.Default.Delays[attempt - 1];
            return pause >= planned * 0.8 && pause <= planned * 1.2 && RetrySchedule.Default.After(12, 0) is null;
        })
        .QuickCheckThrowOnFailure();

    static void Fail(Circuit circuit, int times)
    {
        for (var i = 0; i < times; i++)
        {
            circuit.Failed($"e{i}", $"s{i}", Now);
        }
    }
}
