namespace EventBus.Bench.Simulation;

/// <summary>CPU seconds that an event takes, by whom, as measured.</summary>
/// <param name="Service">The gateway, or the consumer.</param>
/// <param name="Broker">RabbitMQ.</param>
/// <param name="Database">PostgreSQL.</param>
/// <param name="Load">Who sends and receives on the same machine.</param>
sealed record Demand(double Service, double Broker, double Database, double Load)
{
    /// <summary>Half of it, of what is gone through twice.</summary>
    public Demand Half() => new(Service / 2, Broker / 2, Database / 2, Load / 2);
}
