namespace EventBus.Bench.Simulation;

/// <summary>CPU seconds that an event takes, by whom, as measured.</summary>
/// <param name="Service">The gateway, or the consumer.</param>
/// <param name="Broker">RabbitMQ.</param>
/// <param name="Database">PostgreSQL.</param>
/// <param name="Load">Who sends and receives on the same machine.</param>
sealed record Demand(double Service, double Broker, double Database, double Load)
{
    /// <summary>Of all that share the machine.</summary>
    public double Total => Service + Broker + Database + Load;
}
