using MassTransit;
using MassTransit.RabbitMqTransport;
using MassTransit.RabbitMqTransport.Configuration;
using MassTransit.Transports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventBus.Publisher.Transport;

/// <summary>
/// Leaves a queue's channel that has ended and is still waited for. RabbitMQ.Client 7.1 forgets whoever waits for a turn on a channel that ends (rabbitmq-dotnet-client
/// issue 1976): a declaration then never returns, or the connection never says that it has ended, and MassTransit, which waits for that, would never connect again.
/// </summary>
sealed partial class ChannelGuard(IServiceProvider services, ILogger<ChannelGuard> logger) : IFilter<ChannelContext>, IEndpointConfigurationObserver
{
    /// <summary>What MassTransit needs to leave by itself, and what is being stored meanwhile.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    public void EndpointConfigured<T>(T configurator)
        where T : IReceiveEndpointConfigurator
    {
        if (configurator is IRabbitMqReceiveEndpointConfigurator queue)
        {
            queue.ConfigureChannel(channel => channel.UseFilter(this));
        }
    }

    public async Task Send(ChannelContext context, IPipe<ChannelContext> next)
    {
        var use = next.Send(context);
        while (IsOpen(context))
        {
            if (await EndsWithinAsync(use, Look))
            {
                await use;
                return;
            }
        }

        if (!await EndsWithinAsync(use, Grace))
        {
            LogLeft(logger);
            _ = LeaveAsync(context.ConnectionContext);
            throw Ended();
        }

        await use;
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("channelGuard");

    /// <summary>MassTransit tries again only after what is transient, which this exception is not unless it says so; a queue would be left for ever, and a bus that is just starting stopped.</summary>
    static ConnectionException Ended() => new("The broker's connection has ended.", isTransient: true);

    static bool IsOpen(ChannelContext context) => context.Channel.IsOpen && context.ConnectionContext.Connection.IsOpen;

    static async Task<bool> EndsWithinAsync(Task use, TimeSpan time)
    {
        using var end = new CancellationTokenSource();
        var first = await Task.WhenAny(use, Task.Delay(time, end.Token));
        await end.CancelAsync();
        return first == use;
    }

    /// <summary>Makes MassTransit open another connection, if it has not.</summary>
    async Task LeaveAsync(ConnectionContext ended)
    {
        if (ended.Connection.IsOpen)
        {
            return;
        }

        var host = (IRabbitMqHostConfiguration)services.GetRequiredService<IBusInstance>().HostConfiguration;
        try
        {
            await host.ConnectionContextSupervisor.Send(
                Pipe.Execute<ConnectionContext>(c =>
                {
                    if (c.Connection == ended.Connection)
                    {
                        throw Ended();
                    }
                }),
                CancellationToken.None);
        }
        catch (ConnectionException)
        {
            // By this MassTransit knows that it is of no use any more.
        }
    }

    [LoggerMessage(130, LogLevel.Warning, "A channel to the broker has ended and was still waited for; it is left, and opened again")]
    static partial void LogLeft(ILogger logger);
}
