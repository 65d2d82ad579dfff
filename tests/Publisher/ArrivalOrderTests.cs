using EventBus.Publisher.Transport;

namespace EventBus.Tests.Publisher;

/// <summary>Messages of a channel are handed on in the order of their delivery tags, however the client's threads bring them.</summary>
public sealed class ArrivalOrderTests
{
    [Fact]
    public async Task Each_is_called_when_all_before_it_have_been_called()
    {
        var isOpen = true;
        var arrivals = new ArrivalOrder.Arrivals(() => isOpen);
        var called = new List<int>();
        Task Call(int number)
        {
            called.Add(number);
            return Task.CompletedTask;
        }

        var second = arrivals.InTurn(2, () => Call(2)).AsTask();
        var third = arrivals.InTurn(3, () => Call(3)).AsTask();
        Assert.Empty(called);
        await arrivals.InTurn(1, () => Call(1));
        await Task.WhenAll(second, third);
        Assert.Equal([1, 2, 3], called);
        isOpen = false;
    }

    /// <summary>The client hands over no more then, and waits for what it has handed over: whoever waited for an earlier one would keep the whole connection from ending.</summary>
    [Fact]
    public async Task Nobody_waits_any_more_for_one_that_has_not_come_when_the_channel_has_ended()
    {
        var isOpen = true;
        var arrivals = new ArrivalOrder.Arrivals(() => isOpen);
        var second = arrivals.InTurn(2, () => Task.CompletedTask).AsTask();
        Assert.False(second.IsCompleted);

        isOpen = false;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
    }
}
