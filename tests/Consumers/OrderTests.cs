using System.Collections.Concurrent;
using EventBus.Consumers.Hosting;
using EventBus.Contracts;
using EventBus.Tests.Fixtures;
using MassTransit;

namespace EventBus.Tests.Consumers;

/// <summary>Events of one subject reach a consumer in the order in which they were accepted, whatever happens to its instances.</summary>
public sealed class OrderTests(RabbitMqFixture broker, PostgresFixture postgres)
{
    const int Subjects = 24;
    const int EventsOfEach = 120;
    const int Rounds = 8;

    [Fact]
    public async Task Several_instances_that_join_and_leave_handle_each_subject_in_order_and_each_event_once()
    {
        var node = await broker.GetAsync();
        IReadOnlyList<KeyValuePair<string, string?>> settings =
            [.. BusHost.Broker(node.AmqpUri, await node.CreateVirtualHostAsync(CancellationToken.None)), .. await postgres.NewDatabaseAsync()];
        var diary = new Diary();
        await using var gateway = await BusHost.StartAsync(settings);
        var instances = new List<BusHost> { await InstanceAsync(settings, diary), await InstanceAsync(settings, diary) };
        var sending = Task.WhenAll(Enumerable.Range(0, Subjects).Select(subject => SendAsync(gateway, subject)));
        try
        {
            for (var round = 0; round < Rounds; round++)
            {
                await Eventually.TrueAsync(() => diary.Count >= (round + 1) * Subjects * EventsOfEach / (Rounds + 2), "a part has been handled");
                var leaving = instances[0];
                instances.RemoveAt(0);
                await leaving.DisposeAsync();
                instances.Add(await InstanceAsync(settings, diary));
            }

            await sending;
            await Eventually.TrueAsync(() => diary.Count >= Subjects * EventsOfEach, "every event has been handled");
        }
        finally
        {
            foreach (var instance in instances)
            {
                await instance.DisposeAsync();
            }
        }

        Assert.Equal(Subjects, diary.Handled.Count);
        Assert.All(diary.Handled.Values, numbers => Assert.Equal(Enumerable.Range(0, EventsOfEach), numbers));
    }

    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task A_failing_event_holds_back_its_own_subject_and_no_other(TestTransport transport)
    {
        // It fails until all the others are through: they are not held back, or this would never end.
        Diary diary = null!;
        diary = new Diary { Fails = (subject, number) => subject == "s0" && number == 0 && diary.Count < 3 * EventsOfEach };
        await using var host = await BusHost.StartAsync(transport, broker, b =>
        {
            b.WithService(diary).WithConsumer<DiaryConsumer>();
            for (var attempt = 0; attempt < 300; attempt++)
            {
                b.With($"EventBus:Consumers:RetrySchedule:{attempt}", "00:00:00.500");
            }
        });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(subject => SendAsync(host, subject)));
        await Eventually.TrueAsync(() => diary.Count >= 4 * EventsOfEach, "every event has been handled");
        Assert.All(diary.Handled.Values, numbers => Assert.Equal(Enumerable.Range(0, EventsOfEach), numbers));
    }

    static Task<BusHost> InstanceAsync(IReadOnlyList<KeyValuePair<string, string?>> settings, Diary diary) =>
        BusHost.StartAsync(settings, b => b.WithService(diary).WithConsumer<DiaryConsumer>());

    static async Task SendAsync(BusHost gateway, int subject)
    {
        for (var number = 0; number < EventsOfEach; number++)
        {
            using var response = await gateway.PostAsync(
                "/v1/events", $$"""{"specversion":"1.0","id":"{{subject}}-{{number}}","source":"/test","type":"test.order.changed","subject":"s{{subject}}","data":{{number}}}""", EventJson.MediaType);
            Assert.True(response.IsSuccessStatusCode);
        }
    }
}

/// <summary>What a consumer has handled, by subject.</summary>
sealed class Diary
{
    public ConcurrentDictionary<string, List<int>> Handled { get; } = new(StringComparer.Ordinal);

    public Func<string, int, bool> Fails { get; init; } = (_, _) => false;

    public int Count => Handled.Values.Sum(v =>
    {
        lock (v)
        {
            return v.Count;
        }
    });

    public void Handle(string subject, int number)
    {
        if (Fails(subject, number))
        {
            throw new InvalidOperationException();
        }

        var numbers = Handled.GetOrAdd(subject, _ => []);
        lock (numbers)
        {
            numbers.Add(number);
        }
    }
}

/// <summary>Writes down what it is given; takes a moment, so that events overlap.</summary>
[RespondsTo("*.order.#")]
sealed class DiaryConsumer(Diary diary) : IConsumer<OrderEvent>
{
    public async Task Consume(ConsumeContext<OrderEvent> context)
    {
        await Task.Delay(2, context.CancellationToken);
        diary.Handle(context.Message.Subject!, context.Message.Data!.Value.GetInt32());
    }
}
