using EventBus.Delivery;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace EventBus.Tests.Delivery;

/// <summary>Endpoints come from settings; what is wrong in them stops the start, with the key's name and an example, and without the value, which can be a secret.</summary>
public sealed class EndpointSettingsTests
{
    [Fact]
    public void Name_url_and_events_are_enough()
    {
        var endpoint = Assert.Single(Read());

        Assert.Equal(("mine", new Uri("https://hooks.example.org/events"), "Webhooks"), (endpoint.Name, endpoint.Url, endpoint.Consumer));
        Assert.Equal(TimeSpan.FromSeconds(10), endpoint.Timeout);
        Assert.Null(endpoint.Signer);
        Assert.Empty(endpoint.Headers);
        Assert.True(endpoint.Wants("canvas.appointment.created"));
        Assert.False(endpoint.Wants("canvas.task.created"));
    }

    [Fact]
    public void Everything_can_be_set()
    {
        var endpoint = Assert.Single(Read(
            ("Url", "http://127.0.0.1:9000/a?b=c"), ("Events:1", "order.created"), ("Format", "Native"), ("Headers:X-Api-Key", "k"), ("Headers:Authorization", "Bearer t"),
            ("Secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), ("Timeout", "00:00:02.5"), ("Consumer", "Treatments")));

        Assert.Equal(["canvas.appointment.#", "careportals.order.created"], endpoint.Patterns.Select(p => p.Text));
        Assert.Equal(["Authorization=Bearer t", "X-Api-Key=k"], endpoint.Headers.Select(h => $"{h.Key}={h.Value}").Order(StringComparer.Ordinal));
        Assert.NotNull(endpoint.Signer);
        Assert.Equal((TimeSpan.FromSeconds(2.5), "Treatments"), (endpoint.Timeout, endpoint.Consumer));
    }

    [Theory]
    [InlineData("cloudevents", null, "Webhooks")]
    [InlineData("native", null, "Webhooks")]
    [InlineData("appointment-notification", null, "Appointments")]
    [InlineData("appointment-notification", "Webhooks", "Webhooks")]
    [InlineData("native", "CommandLifecycle", "CommandLifecycle")]
    public void The_consumer_follows_from_the_format_unless_it_is_named(string format, string? consumer, string expected) =>
        Assert.Equal(expected, Assert.Single(Read(("Format", format), ("Consumer", consumer))).Consumer);

    [Fact]
    public void An_endpoint_belongs_to_one_consumer()
    {
        var endpoints = Endpoints(
            [.. Valid(0), .. Valid(1, ("Name", "second"), ("Format", "appointment-notification")), .. Valid(2, ("Name", "third"), ("Consumer", "appointments"))]);

        Assert.Equal(["mine"], endpoints.Of("Webhooks").Select(e => e.Name));
        Assert.Equal(["second", "third"], endpoints.Of("Appointments").Select(e => e.Name));
        Assert.Empty(endpoints.Of("Treatments"));
    }

    [Fact]
    public void An_appointment_notification_needs_no_events()
    {
        var endpoint = Assert.Single(Read(("Format", "appointment-notification"), ("Events:0", null)));

        Assert.True(endpoint.Wants("canvas.appointment.canceled"));
        Assert.False(endpoint.Wants("canvas.task.created"));
    }

    [Fact]
    public void Names_can_be_used_by_environment_variables()
    {
        const string prefix = "EVENTBUS_ENDPOINT_TEST_";
        (string, string)[] variables = [("EventBus__Endpoints__0__Name", "mine"), ("EventBus__Endpoints__0__Url", "http://x/"), ("EventBus__Endpoints__0__Events__0", "#")];
        foreach (var (name, value) in variables)
        {
            Environment.SetEnvironmentVariable(prefix + name, value);
        }

        Assert.Equal("mine", Assert.Single(new WebhookEndpoints(new ConfigurationBuilder().AddEnvironmentVariables(prefix).Build()).All).Name);
    }

    [Theory]
    [InlineData("Name", null)]
    [InlineData("Name", "  ")]
    [InlineData("Url", null)]
    [InlineData("Url", "/relative")]
    [InlineData("Url", "ftp://SENSITIVE.example.org")]
    [InlineData("Url", "SENSITIVE")]
    [InlineData("Format", "SENSITIVE")]
    [InlineData("Secret", "whsec_SENSITIVE")]
    [InlineData("Secret", "SENSITIVE")]
    [InlineData("Timeout", "SENSITIVE")]
    [InlineData("Timeout", "00:00:00.099")]
    [InlineData("Timeout", "00:05:01")]
    [InlineData("Timeout", "-00:00:01")]
    [InlineData("Consumer", "SENSITIVE")]
    [InlineData("Events:0", "canvas..x")]
    [InlineData("Events:0", "canvas.SENSITIVE*")]
    [InlineData("Headers:webhook-id", "SENSITIVE")]
    [InlineData("Headers:Content-Type", "text/plain")]
    [InlineData("Headers:X Y", "SENSITIVE")]
    [InlineData("Headers:X-Api-Key", "SENSITIVE\r\nX-Other: y")]
    public void What_is_wrong_is_named_with_an_example_and_not_shown(string key, string? value)
    {
        var failure = Assert.Single(Failures(Valid(0, (key, value))));

        Assert.StartsWith($"EventBus:Endpoints:0:{key}", failure, StringComparison.Ordinal);
        Assert.Contains("for example ", failure, StringComparison.Ordinal);
        Assert.DoesNotContain("SENSITIVE", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Events_have_to_be_named()
    {
        var failure = Assert.Single(Failures(Valid(0, ("Events:0", null))));

        Assert.StartsWith("EventBus:Endpoints:0:Events", failure, StringComparison.Ordinal);
        Assert.Contains("EventBus__Endpoints__0__Events__0=", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_misspelt_setting_is_not_overlooked()
    {
        var failure = Assert.Single(Failures(Valid(0, ("Secrets", "SENSITIVE"))));

        Assert.StartsWith("EventBus:Endpoints:0:Secrets", failure, StringComparison.Ordinal);
        Assert.Contains("Secret", failure.Replace("Secrets", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("SENSITIVE", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_endpoints_of_one_name_are_refused() => Assert.Contains("mine", Assert.Single(Failures([.. Valid(0), .. Valid(1, ("Name", "Mine"))])), StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void Every_failure_of_every_endpoint_is_told_at_once() => Assert.Equal(
        ["EventBus:Endpoints:0:Timeout", "EventBus:Endpoints:0:Url", "EventBus:Endpoints:7:Format"],
        Failures([.. Valid(0, ("Url", "x"), ("Timeout", "1.00:00:00")), .. Valid(7, ("Name", "other"), ("Format", "x"))]).Select(f => f.Split(' ')[0]).Order(StringComparer.Ordinal));

    static IReadOnlyList<WebhookEndpoint> Read(params (string Key, string? Value)[] settings) => Endpoints(Valid(0, settings)).All;

    static IEnumerable<string> Failures(IEnumerable<KeyValuePair<string, string?>> settings) => Assert.Throws<OptionsValidationException>(() => Endpoints(settings)).Failures;

    static WebhookEndpoints Endpoints(IEnumerable<KeyValuePair<string, string?>> settings) => new(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());

    /// <summary>A right endpoint with some settings replaced, or left out where the value is null.</summary>
    static IEnumerable<KeyValuePair<string, string?>> Valid(int index, params (string Key, string? Value)[] changes)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["Name"] = "mine",
            ["Url"] = "https://hooks.example.org/events",
            ["Events:0"] = "canvas.appointment.#",
        };
        foreach (var (key, value) in changes)
        {
            settings[key] = value;
        }

        return settings.Where(s => s.Value is not null).Select(s => KeyValuePair.Create($"EventBus:Endpoints:{index}:{s.Key}", s.Value));
    }
}
