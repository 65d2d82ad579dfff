using EventBus.Publisher.Transport;

namespace EventBus.Tests.Publisher;

/// <summary>Where the management API is, from the settings that lead to the broker.</summary>
public sealed class ManagementAddressTests
{
    [Theory]
    [InlineData("broker.example.org", null, "http://broker.example.org:15672/", "guest", "guest")]
    [InlineData("amqps://eventbus:p%40ss@broker.example.org/clinic", null, "https://broker.example.org:15671/", "eventbus", "p@ss")]
    [InlineData("amqp://eventbus:secret@broker.example.org", "https://proxy.example.org/rabbit", "https://proxy.example.org/rabbit/", "eventbus", "secret")]
    [InlineData("amqp://eventbus:secret@broker.example.org", "https://monitor:o%3Ather@proxy.example.org:8443", "https://proxy.example.org:8443/", "monitor", "o:ther")]
    public void It_is_beside_the_broker_unless_a_setting_says_otherwise(string host, string? url, string expected, string user, string password)
    {
        var address = new RabbitMqOptions { Host = host, ManagementUrl = url }.ToManagement();
        Assert.Equal((new Uri(expected), user, password), (address.Url, address.Username, address.Password));
    }

    [Theory]
    [InlineData("broker")]
    [InlineData("amqp://broker:15672")]
    [InlineData("http://broker:15672/?a=b")]
    public void What_is_no_address_is_told_with_an_example(string url) =>
        Assert.Contains("EventBus__RabbitMq__ManagementUrl=", Assert.Throws<FormatException>(() => new RabbitMqOptions { ManagementUrl = url }.ToManagement()).Message, StringComparison.Ordinal);
}
