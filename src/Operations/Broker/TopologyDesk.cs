using EventBus.Operations.Access;
using EventBus.Operations.Audit;
using EventBus.Storage;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace EventBus.Operations.Broker;

/// <summary>Exchanges, queues and bindings: as declared, as they are on the broker, and removing what nobody declares any more.</summary>
public sealed class TopologyDesk(BrokerClient client, Database database, TimeProvider time)
{
    readonly AuditLog _audit = new(database, time);

    /// <summary>Whether there is a broker.</summary>
    public bool HasBroker => client.IsThere;

    /// <summary>Everything that is not as declared; empty where all is, and where there is no broker.</summary>
    /// <exception cref="BrokerUnavailableException">The broker does not answer.</exception>
    public async Task<IReadOnlyList<TopologyThing>> LookAsync(CancellationToken cancellationToken = default)
    {
        if (!client.IsThere)
        {
            return [];
        }

        var (exchanges, queues, bindings) = (client.ExchangesAsync(cancellationToken), client.QueuesAsync(cancellationToken), client.BindingsAsync(cancellationToken));
        await Task.WhenAll(exchanges, queues, bindings);
        var consumers = (await new KnownConsumers(database, time).ListAsync(cancellationToken)).Where(c => c.Endpoint.Length == 0).ToList();
        return new TopologyComparison(consumers, await exchanges, await queues, await bindings).Compare();
    }

    /// <summary>
    /// Removes what nobody declares any more. A consumer's part that holds messages or is read stays as a whole, unless that was asked for as well; the broker is asked
    /// for its exact counts before, since those of the management API are seconds old.
    /// </summary>
    /// <param name="actor">Who.</param>
    /// <param name="titles">What, by <see cref="TopologyThing.Title"/>, as it was shown before the question.</param>
    /// <param name="alsoHeld">Whether also what holds messages, which are lost, or is read.</param>
    /// <returns>What was removed, and what stayed because it holds messages or is read.</returns>
    /// <exception cref="NotPermittedException">The actor may not.</exception>
    /// <exception cref="OperationRefusedException">Something of it is not stale, or not any more; nothing was removed.</exception>
    public async Task<PruneResult> PruneAsync(Actor actor, IReadOnlyCollection<string> titles, bool alsoHeld)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(titles);
        actor.Demand(Permission.Administer);
        var stale = (await LookAsync()).Where(t => t.Standing == TopologyStanding.Stale).ToDictionary(t => t.Title, StringComparer.Ordinal);
        if (titles.FirstOrDefault(t => !stale.ContainsKey(t)) is { } other)
        {
            throw new OperationRefusedException($"{other} is not stale, or not any more. Nothing was removed.");
        }

        // Without its exchanges a queue gets nothing new; a queue outlives the exchange of its dead letters never.
        var things = titles.Distinct(StringComparer.Ordinal).Select(t => stale[t])
            .OrderBy(t => t.Name.EndsWith(".dead", StringComparison.Ordinal)).ThenBy(t => t.Kind).ThenBy(t => t.Name, StringComparer.Ordinal).ToList();
        await using var connection = await OpenAsync();
        var counts = new Dictionary<string, QueueDeclareOk?>(StringComparer.Ordinal);
        foreach (var queue in things.Where(t => t.Kind == TopologyKind.Queue))
        {
            counts[queue.Name] = await CountAsync(connection, queue.Name);
        }

        var held = things.Where(t => t.IsHeld || (t.Kind == TopologyKind.Queue && IsHeld(counts[t.Name]))).Select(t => t.Group).ToHashSet(StringComparer.Ordinal);
        var (removed, kept) = (new List<string>(), new List<string>());
        foreach (var thing in things)
        {
            if (!alsoHeld && (held.Contains(thing.Group) || (thing.Kind == TopologyKind.Queue && IsHeld(await CountAsync(connection, thing.Name)))))
            {
                held.Add(thing.Group);
                kept.Add(thing.Title);
                continue;
            }

            var reason = counts.GetValueOrDefault(thing.Name) is { } count && thing.Kind == TopologyKind.Queue && IsHeld(count) ? $"with {count.MessageCount} messages, read by {count.ConsumerCount}" : null;

            // Noted before, because the broker is outside the transaction.
            await _audit.ActAsync(actor, Permission.Administer, "topology.prune", thing.Title, reason, _ => Task.FromResult(1));
            await (thing.Kind switch
            {
                TopologyKind.Binding => client.DeleteBindingAsync(thing.Binding!),
                TopologyKind.Exchange => client.DeleteExchangeAsync(thing.Name),
                _ => client.DeleteQueueAsync(thing.Name),
            });
            removed.Add(thing.Title);
        }

        return new PruneResult(removed, kept);
    }

    async Task<IConnection> OpenAsync()
    {
        try
        {
            return await client.ConnectAsync();
        }
        catch (BrokerUnreachableException)
        {
            throw new BrokerUnavailableException($"RabbitMQ at {client.Address} does not answer; what queues hold is asked there before anything is removed. eventbus doctor says more.");
        }
    }

    static bool IsHeld(QueueDeclareOk? count) => count is { MessageCount: > 0 } or { ConsumerCount: > 0 };

    /// <summary>What a queue holds now; null where it is gone.</summary>
    static async Task<QueueDeclareOk?> CountAsync(IConnection connection, string queue)
    {
        try
        {
            await using var channel = await connection.CreateChannelAsync();
            return await channel.QueueDeclarePassiveAsync(queue);
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == 404)
        {
            return null;
        }
        catch (OperationInterruptedException e)
        {
            throw new BrokerUnavailableException($"RabbitMQ does not say what the queue {queue} holds (AMQP {e.ShutdownReason?.ReplyCode}).");
        }
    }
}

/// <summary>What became of a prune.</summary>
/// <param name="Removed">What was removed.</param>
/// <param name="Kept">What stayed because it, or what it belongs to, holds messages or is read.</param>
public sealed record PruneResult(IReadOnlyList<string> Removed, IReadOnlyList<string> Kept);
