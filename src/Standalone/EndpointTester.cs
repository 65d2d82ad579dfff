using EventBus.Delivery;
using EventBus.Operations;

namespace EventBus.Standalone;

/// <summary>Lets the Console test endpoints where deliveries are made in the same process.</summary>
sealed class EndpointTester(EndpointTargets targets) : IEndpointTester
{
    public async Task<(bool Taken, string Result)> TestAsync(string endpoint, CancellationToken cancellationToken)
    {
        try
        {
            var result = await targets.TestAsync(endpoint, cancellationToken);
            return (result.Error is null, $"{result.Error ?? $"taken (HTTP {result.Status})"} after {(long)result.Duration.TotalMilliseconds} ms");
        }
        catch (KeyNotFoundException)
        {
            throw new OperationRefusedException($"The settings here name no endpoint {endpoint}.");
        }
    }
}
