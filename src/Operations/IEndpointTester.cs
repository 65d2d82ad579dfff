namespace EventBus.Operations;

/// <summary>Sends an event of no meaning to an endpoint; there is one where deliveries are made in the same process.</summary>
public interface IEndpointTester
{
    /// <summary>Sends it once.</summary>
    /// <returns>What came of it, in words, and whether the endpoint took it.</returns>
    /// <exception cref="OperationRefusedException">There is no such endpoint.</exception>
    Task<(bool Taken, string Result)> TestAsync(string endpoint, CancellationToken cancellationToken);
}
