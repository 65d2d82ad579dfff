namespace EventBus.Publisher.Transport;

/// <summary>Where RabbitMQ's management API is, and as whom to ask it.</summary>
/// <param name="Url">Its address, with a slash at the end, without user and password.</param>
/// <param name="VirtualHost">The virtual host that the bus uses.</param>
/// <param name="Username">User.</param>
/// <param name="Password">Password.</param>
public sealed record ManagementAddress(Uri Url, string VirtualHost, string Username, string Password)
{
    /// <summary>Without user and password.</summary>
    public override string ToString() => Url.ToString();
}
