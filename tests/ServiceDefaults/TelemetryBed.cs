using System.Net;
using System.Text;
using EventBus.Tests.Fixtures;
using Microsoft.AspNetCore.Http;

namespace EventBus.Tests.ServiceDefaults;

/// <summary>
/// A gateway, and all consumers with the archive, as two processes on the real broker and database, and a gateway whose broker is away. They have taken events that go
/// each way there is, and export to a receiver of the test's.
/// </summary>
public sealed class TelemetryBed(RabbitMqFixture broker, PostgresFixture postgres) : IAsyncLifetime
{
    /// <summary>Stands in events where patients' data does.</summary>
    public const string Private = "zyxwvut-private";

    /// <summary>The sender's trace and span.</summary>
    public const string Trace = "0af7651916cd43dd8448eb211c80319c", Sender = "b7ad6b7169203331";

    readonly List<HostProcess> _hosts = [];

    internal OtlpReceiver Otlp { get; private set; } = null!;

    /// <summary>What the endpoint <c>good</c> got.</summary>
    internal Receiver Good { get; private set; } = null!;

    /// <summary>What the hosts wrote on standard output.</summary>
    internal string Output => string.Join('\n', _hosts.Select(h => h.Output));

    public async ValueTask InitializeAsync()
    {
        Otlp = await OtlpReceiver.StartAsync();
        Good = await Receiver.StartAsync();
        var (failing, judging) = (await Receiver.StartAsync(), await Receiver.StartAsync());
        failing.Answer = (_, context) =>
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return Task.CompletedTask;
        };
        var node = await broker.GetAsync();
        var vhost = await node.CreateVirtualHostAsync(CancellationToken.None);
        (string, string)[] common =
        [
            .. Otlp.Variables,
            .. (await postgres.NewDatabaseAsync()).Select(s => (s.Key.Replace(":", "__", StringComparison.Ordinal), s.Value!)),
            ("Logging__LogLevel__EventBus", "Debug"), ("Logging__Console__FormatterName", "json"), ("EventBus__Transport", "rabbitmq"),
            .. Endpoint(0, "good", Good, "canvas.#"),
            .. Endpoint(1, "failing", failing, "canvas.#"), ("EventBus__Endpoints__1__RetrySchedule__0", "00:00:00.001"),
            .. Endpoint(2, "emr", judging, "smartflowsheet.treatment.#"), ("EventBus__Endpoints__2__Format", "native"), ("EventBus__Endpoints__2__Synchronous", "true"),
        ];
        (string, string)[] connected = [.. common, ("EventBus__RabbitMq__Host", $"{node.AmqpUri}/{vhost}")];
        _hosts.Add(HostProcess.Start("EventBus.Standalone", ["--urls", "http://127.0.0.1:0"], connected));
        _hosts.Add(HostProcess.Start("EventBus.Gateway", ["--urls", "http://127.0.0.1:0"], connected));
        _hosts.Add(HostProcess.Start("EventBus.Gateway", ["--urls", "http://127.0.0.1:0"], [.. common, ("EventBus__RabbitMq__Host", "amqp://127.0.0.1:1"), ("OTEL_SERVICE_NAME", "alone")]));
        var (gateway, alone) = (await _hosts[1].UrlAsync(), await _hosts[2].UrlAsync());
        foreach (var queue in (string[])["webhooks.0", "treatments.0", "archive"])
        {
            await Eventually.TrueAsync(async () => await Queues.ConsumersAsync(node, vhost, queue) > 0, $"a consumer is at {queue}");
        }

        await PostAsync(gateway, "/v1/canvas", $$$$"""{"type":"APPOINTMENT_CREATED","target":"{{{{Private}}}}","context":{"patient":{"id":"{{{{Private}}}}"}}}""", ("traceparent", $"00-{Trace}-{Sender}-01"));
        await PostAsync(gateway, "/v1/canvas", $$$$"""{"canvas_patient_key":"{{{{Private}}}}","field_changes":{"model_name":"note","created":true,"fields":{}}}""");

        // Answered in time or not, which a busy machine decides, it is counted.
        await PostAsync(gateway, "/v1/smartflowsheet", $$$"""{"clinicApiKey":"k","eventType":"treatment.record_entered","object":{"treatmentGuid":"t","hospitalizationId":"{{{Private}}}","status":"added"}}""");
        await PostAsync(alone, "/v1/canvas", $$"""{"type":"TASK_CREATED","target":"{{Private}}"}""");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }

        await Otlp.DisposeAsync();
        await Good.DisposeAsync();
    }

    static (string, string)[] Endpoint(int index, string name, Receiver receiver, string events) =>
    [
        ($"EventBus__Endpoints__{index}__Name", name), ($"EventBus__Endpoints__{index}__Url", $"{receiver.Url}?key={Private}"), ($"EventBus__Endpoints__{index}__Events__0", events),
    ];

    static async Task PostAsync(string url, string path, string body, params (string Name, string Value)[] headers)
    {
        using var http = new HttpClient { Timeout = Eventually.Limit };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(url + path)) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        using var response = await http.SendAsync(request);
        Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Accepted || path == "/v1/smartflowsheet", $"{response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }
}
