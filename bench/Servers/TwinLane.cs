using System.Threading.Channels;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace EventBus.Bench.Servers;

/// <summary>
/// One partition queue's consumer on the bare client: stores what comes in batches, acknowledges it, and works on it, each subject's events one after the other and each
/// after the outcome of the one before is written.
/// </summary>
/// <param name="lane">The queue's name.</param>
/// <param name="inbox">The rows.</param>
/// <param name="completions">Writes outcomes, for all lanes together.</param>
/// <param name="work">What is done with an event.</param>
/// <param name="atOnce">How many events are worked on at once, of all lanes.</param>
sealed class TwinLane(string lane, TwinInbox inbox, GroupWriter<TwinDelivery> completions, Func<TwinDelivery, Task> work, SemaphoreSlim atOnce)
{
    const ushort Prefetch = 256;
    const int MaxBatch = 200;

    readonly Channel<TwinDelivery> _given = Channel.CreateUnbounded<TwinDelivery>(new UnboundedChannelOptions { SingleReader = true });
    readonly Dictionary<string, Task> _subjects = new(StringComparer.Ordinal);

    /// <summary>Takes events as long as the process lives.</summary>
    public async Task StartAsync(IConnection connection)
    {
        await inbox.AddLaneAsync(lane);
        var channel = await connection.CreateChannelAsync();
        await channel.BasicQosAsync(0, Prefetch, global: false);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, message) =>
        {
            _given.Writer.TryWrite(TwinDelivery.Read(message.Body.ToArray(), message.DeliveryTag));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(lane, autoAck: false, consumer);
        Background.Run(() => StoreAsync(channel));
    }

    async Task StoreAsync(IChannel channel)
    {
        while (await _given.Reader.WaitToReadAsync())
        {
            var batch = new List<TwinDelivery>(MaxBatch);
            while (batch.Count < MaxBatch && _given.Reader.TryRead(out var next))
            {
                batch.Add(next);
            }

            await inbox.StoreAsync(lane, batch);
            await channel.BasicAckAsync(batch[^1].DeliveryTag, multiple: true);
            foreach (var delivery in batch)
            {
                var working = WorkAsync(_subjects.GetValueOrDefault(delivery.SubjectKey, Task.CompletedTask), delivery);
                _subjects[delivery.SubjectKey] = working;
                Background.Watch(working);
            }
        }
    }

    async Task WorkAsync(Task before, TwinDelivery delivery)
    {
        await before;
        await atOnce.WaitAsync();
        delivery.StartedAt = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        try
        {
            await work(delivery);
        }
        finally
        {
            atOnce.Release();
        }

        delivery.Milliseconds = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - delivery.StartedAt;
        await completions.WriteAsync(delivery);
    }
}
