using EventBus.TestServices;
using EventBus.Tests.Fixtures;

[assembly: AssemblyFixture(typeof(RabbitMqFixture))]

// More than the two processors of CI: most tests wait for a service most of the time.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]

namespace EventBus.Tests.Fixtures;

/// <summary>
/// One node for all tests, started when the first of them asks for it. Take a virtual host of your own in it; a test that stops or freezes the node
/// starts one for itself.
/// </summary>
public sealed class RabbitMqFixture : IAsyncDisposable
{
    readonly CancellationTokenSource _end = new();
    readonly Lazy<Task<RabbitMqServer>> _server;

    public RabbitMqFixture() => _server = new Lazy<Task<RabbitMqServer>>(() => RabbitMqServer.StartAsync(_end.Token));

    // Without a token of the caller's: a test that gives up must not take the node from the others.
    public Task<RabbitMqServer> GetAsync() => _server.Value;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        if (_server.IsValueCreated)
        {
            try
            {
                await (await _server.Value).DisposeAsync();
            }
            catch (Exception)
            {
                // The tests that asked for the node have reported this.
            }
        }

        _end.Dispose();
    }
}
