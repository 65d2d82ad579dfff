using System.Net;
using System.Text;
using EventBus.Tests.Fixtures;

namespace EventBus.Tests.Standalone;

/// <summary>Gateway and consumers as processes of their own, on the real broker.</summary>
public sealed class SeparateHostsTests(RabbitMqFixture broker)
{
    [Fact]
    public async Task An_event_goes_from_the_gateway_process_through_each_consumer_process_to_its_endpoint()
    {
        var node = await broker.GetAsync();
        var vhost = await node.CreateVirtualHostAsync(CancellationToken.None);
        await using var receiver = await Receiver.StartAsync();
        (string, string)[] settings =
        [
            ("EventBus__RabbitMq__Host", $"{node.AmqpUri}/{vhost}"),
            ("EventBus__Health__Url", $"http://127.0.0.1:0"),
            .. Endpoint(0, "a", "Appointments", receiver), .. Endpoint(1, "c", "CommandLifecycle", receiver),
            .. Endpoint(2, "t", "Treatments", receiver), .. Endpoint(3, "w", "Webhooks", receiver),
        ];
        await using var gateway = HostProcess.Start("EventBus.Gateway", ["--urls", "http://127.0.0.1:0"], settings);
        await using var appointments = HostProcess.Start("EventBus.Consumers.Appointments", [], settings);
        await using var commands = HostProcess.Start("EventBus.Consumers.CommandLifecycle", [], settings);
        await using var treatments = HostProcess.Start("EventBus.Consumers.Treatments", [], settings);
        await using var webhooks = HostProcess.Start("EventBus.Consumers.Webhooks", [], settings);
        var url = await gateway.UrlAsync();
        foreach (var queue in (string[])["appointments.0", "command-lifecycle.0", "treatments.0", "webhooks.0"])
        {
            await Eventually.TrueAsync(async () => await Queues.ConsumersAsync(node, vhost, queue) == 1, $"a consumer is at {queue}");
        }

        await PostAsync($"{url}/v1/canvas", """{"type":"APPOINTMENT_CREATED","target":"a-1"}""");
        await PostAsync($"{url}/v1/canvas", """{"type":"PLAN_COMMAND__POST_COMMIT","target":"c-1"}""");
        await PostAsync($"{url}/v1/smartflowsheet", """{"clinicApiKey":"k","eventType":"treatment.record_entered","object":{"hospitalizationId":"h-1"}}""");

        // Webhooks has each of the three, and each family's consumer its own.
        var deliveries = await receiver.UntilAsync(6);
        Assert.Equal(6, deliveries.Select(d => d.Headers["webhook-id"]).Distinct(StringComparer.Ordinal).Count());
        foreach (var host in (HostProcess[])[gateway, appointments, commands, treatments, webhooks])
        {
            Assert.Equal(0, await host.StopAsync());
        }
    }

    static (string, string)[] Endpoint(int index, string name, string consumer, Receiver receiver) =>
    [
        ($"EventBus__Endpoints__{index}__Name", name), ($"EventBus__Endpoints__{index}__Url", receiver.Url.ToString()),
        ($"EventBus__Endpoints__{index}__Events__0", "#"), ($"EventBus__Endpoints__{index}__Consumer", consumer),
    ];

    static async Task PostAsync(string url, string body)
    {
        using var http = new HttpClient();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(new Uri(url), content);
        Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Accepted);
    }
}
