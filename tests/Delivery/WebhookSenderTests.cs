using System.Globalization;
using System.Text.Json;
using EventBus.Contracts;
using EventBus.Delivery;
using EventBus.Delivery.Lanes;
using EventBus.TestServices;
using EventBus.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventBus.Tests.Delivery;

/// <summary>One event to one endpoint: what the receiver sees, and what counts as a failure.</summary>
public sealed class WebhookSenderTests : IDisposable
{
    const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    readonly LogCollector _log = new();
    readonly ILoggerFactory _logging;
    readonly WebhookSender _sender;

    public WebhookSenderTests()
    {
        _logging = LoggerFactory.Create(logging => logging.AddProvider(_log).SetMinimumLevel(LogLevel.Trace));
        _sender = new WebhookSender(new AddressGuard(Options.Create(new DeliveryOptions())), TimeProvider.System, _logging.CreateLogger<WebhookSender>());
    }

    static OrderEvent Event { get; } = new()
    {
        Id = "e-1",
        Source = "tests",
        Type = "tests.order.placed",
        TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        Data = JsonElement.Parse("{\"name\":\"SENSITIVE Zo\u00eb\"}"),
    };

    public void Dispose()
    {
        _sender.Dispose();
        _logging.Dispose();
    }

    [Fact]
    public async Task A_delivery_has_id_timestamp_signature_and_the_endpoints_headers()
    {
        await using var receiver = await Receiver.StartAsync();
        var before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

        var result = await SendAsync(receiver.Url, ("Secret", Secret), ("Headers:X-Api-Key", "k-1"), ("Headers:User-Agent", "Clinic/1"));

        Assert.Equal((AttemptEnd.Processed, null), (result.End, result.Error));
        var delivery = Assert.Single(receiver.Deliveries);
        var (id, timestamp) = (delivery.Headers["webhook-id"], long.Parse(delivery.Headers["webhook-timestamp"], CultureInfo.InvariantCulture));
        Assert.Equal(WebhookSigner.DeliveryId("mine", "tests", "e-1"), id);
        Assert.InRange(timestamp, before, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        Assert.Equal(WebhookSigner.TryCreate(Secret)!.Sign(id, timestamp, delivery.Body), delivery.Headers["webhook-signature"]);
        Assert.Equal(("k-1", "Clinic/1"), (delivery.Headers["X-Api-Key"], delivery.Headers["User-Agent"]));
        Assert.Equal("application/cloudevents+json; charset=utf-8", delivery.Headers["Content-Type"]);
        Assert.Equal(EventJson.ToUtf8Bytes(Event), delivery.Body);
    }

    [Fact]
    public async Task Without_a_secret_it_is_unsigned_and_still_has_id_and_timestamp()
    {
        await using var receiver = await Receiver.StartAsync();

        await SendAsync(receiver.Url);

        var headers = Assert.Single(receiver.Deliveries).Headers;
        Assert.False(headers.ContainsKey("webhook-signature"));
        Assert.True(headers.ContainsKey("webhook-id") && headers.ContainsKey("webhook-timestamp"));
    }

    [Fact]
    public async Task The_trace_of_the_event_goes_along()
    {
        await using var receiver = await Receiver.StartAsync();

        await SendAsync(receiver.Url);

        Assert.Equal(Event.TraceParent, Assert.Single(receiver.Deliveries).Headers["traceparent"]);
    }

    [Fact]
    public async Task What_a_sender_wrote_that_cannot_stand_in_a_header_holds_up_nothing()
    {
        await using var receiver = await Receiver.StartAsync();
        var odd = Event with { TraceParent = "\u202E", Data = null, DataBase64 = "AQI=", DataContentType = "application/x; y=\"\u00fc\"" };

        foreach (var format in (string[])["cloudevents", "native"])
        {
            Assert.Equal(AttemptEnd.Processed, (await _sender.SendAsync(Endpoint(receiver.Url, ("Format", format)), odd, null, CancellationToken.None)).End);
        }

        Assert.All(receiver.Deliveries, d => Assert.False(d.Headers.ContainsKey("traceparent")));
        Assert.Equal("application/octet-stream", receiver.Deliveries.Last().Headers["Content-Type"]);
    }

    [Fact]
    public async Task Each_attempt_has_the_same_id_and_a_signature_of_its_own_and_says_its_number()
    {
        await using var receiver = await Receiver.StartAsync();
        var endpoint = Endpoint(receiver.Url, ("Secret", Secret));

        await _sender.SendAsync(endpoint, Event, 7, CancellationToken.None);
        await _sender.SendAsync(endpoint, Event, 7, CancellationToken.None);

        Assert.Single(receiver.Deliveries.Select(d => d.Headers["webhook-id"]).Distinct(StringComparer.Ordinal));
        Assert.All(receiver.Deliveries, d => Assert.Equal("7", d.Headers["eventbus-sequence"]));
        Assert.All(receiver.Deliveries, d => Assert.Equal(
            WebhookSigner.TryCreate(Secret)!.Sign(d.Headers["webhook-id"], long.Parse(d.Headers["webhook-timestamp"], CultureInfo.InvariantCulture), d.Body), d.Headers["webhook-signature"]));
    }

    [Fact]
    public async Task A_replay_is_marked_and_has_an_id_of_its_own()
    {
        await using var receiver = await Receiver.StartAsync();
        var replayed = Event with { Extensions = new Dictionary<string, JsonElement>(StringComparer.Ordinal) { ["replay"] = JsonElement.Parse("\"r-1\"") } };

        await _sender.SendAsync(Endpoint(receiver.Url), replayed, null, CancellationToken.None);

        var headers = Assert.Single(receiver.Deliveries).Headers;
        Assert.Equal("r-1", headers["eventbus-replay"]);
        Assert.NotEqual(WebhookSigner.DeliveryId("mine", "tests", "e-1"), headers["webhook-id"]);
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("9999999", 86400)]
    [InlineData("soon", null)]
    public async Task The_pause_that_an_endpoint_asks_for_is_known(string asked, int? seconds)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (_, context) =>
        {
            context.Response.Headers.RetryAfter = asked;
            return Status(context, 429);
        };

        Assert.Equal(seconds is { } s ? TimeSpan.FromSeconds(s) : null, (await SendAsync(receiver.Url)).RetryAfter);
    }

    [Theory]
    [InlineData(400, true, AttemptEnd.Rejected)]
    [InlineData(400, false, AttemptEnd.Failed)]
    [InlineData(408, true, AttemptEnd.Failed)]
    [InlineData(409, true, AttemptEnd.Failed)]
    [InlineData(425, true, AttemptEnd.Failed)]
    [InlineData(429, true, AttemptEnd.Failed)]
    [InlineData(500, true, AttemptEnd.Failed)]
    public async Task Client_errors_are_final_where_the_endpoint_says_so(int status, bool final, AttemptEnd end)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (_, context) => Status(context, status);

        Assert.Equal(end, (await SendAsync(receiver.Url, ("FinalClientErrors", final ? "true" : "false"))).End);
    }

    [Theory]
    [InlineData("true", 1024)]
    [InlineData("false", null)]
    public async Task The_beginning_of_an_answer_is_kept_where_the_endpoint_says_so(string keep, int? length)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = async (_, context) => await context.Response.WriteAsync(new string('x', 5000));

        Assert.Equal(length, (await SendAsync(receiver.Url, ("KeepResponse", keep))).ResponseHead?.Length);
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(202, true)]
    [InlineData(299, true)]
    [InlineData(304, false)]
    [InlineData(400, false)]
    [InlineData(401, false)]
    [InlineData(410, false)]
    [InlineData(429, false)]
    [InlineData(599, false)]
    public async Task Only_2xx_is_success(int status, bool success)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (_, context) => Status(context, status);

        var result = await SendAsync(receiver.Url);

        Assert.Equal(success ? null : $"HTTP {status}", result.Error);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_a_failure_and_is_not_followed(int status)
    {
        await using var elsewhere = await Receiver.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (_, context) =>
        {
            context.Response.Headers.Location = elsewhere.Url.ToString();
            return Status(context, status);
        };

        var result = await SendAsync(receiver.Url);

        Assert.Equal($"HTTP {status}", result.Error);
        Assert.Empty(elsewhere.Deliveries);
    }

    [Fact]
    public async Task An_endpoint_that_does_not_answer_in_time_has_failed()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (_, context) => Task.Delay(Timeout.Infinite, context.RequestAborted);

        var result = await SendAsync(receiver.Url, ("Timeout", "00:00:00.150"));

        Assert.Equal((AttemptEnd.Failed, "no answer within 0.15 s"), (result.End, result.Error));
    }

    [Fact]
    public async Task An_endpoint_that_is_not_there_has_failed()
    {
        var result = await SendAsync(new Uri($"http://127.0.0.1:{FreePort.Next()}/SENSITIVE"));

        Assert.Equal((AttemptEnd.Failed, "ConnectionError"), (result.End, result.Error));
    }

    [Fact]
    public async Task An_endpoint_that_hangs_up_has_failed()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (_, context) =>
        {
            context.Abort();
            return Task.CompletedTask;
        };

        var result = await SendAsync(receiver.Url);

        Assert.NotNull(result.Error);
    }

    [Fact]
    public async Task Neither_address_nor_headers_nor_content_stand_in_a_failure_or_in_the_log()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (_, context) => Status(context, 500);

        var result = await SendAsync(new Uri(receiver.Url, "/SENSITIVE?token=SENSITIVE"), ("Secret", Secret), ("Headers:X-Api-Key", "SENSITIVE"));

        Assert.Contains(_log.Lines, l => l.Contains("e-1", StringComparison.Ordinal));
        Assert.All([.. _log.Lines, result.Error!], text =>
        {
            Assert.DoesNotContain("SENSITIVE", text, StringComparison.Ordinal);
            Assert.DoesNotContain("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", text, StringComparison.Ordinal);
            Assert.DoesNotContain("127.0.0.1", text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task What_the_format_has_nothing_to_say_about_is_not_sent()
    {
        await using var receiver = await Receiver.StartAsync();

        var result = await SendAsync(receiver.Url, ("Format", "appointment-notification"));

        Assert.Equal(AttemptEnd.Filtered, result.End);
        Assert.Empty(receiver.Deliveries);
    }

    /// <summary>A host that stops must not count the endpoint as failed: the event is delivered when it runs again.</summary>
    [Fact]
    public async Task A_host_that_stops_is_no_failure_of_the_endpoint()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (_, context) => Task.Delay(Timeout.Infinite, context.RequestAborted);
        using var stop = new CancellationTokenSource();

        var sending = _sender.SendAsync(Endpoint(receiver.Url), Event, null, stop.Token);
        await receiver.UntilAsync(1);
        await stop.CancelAsync();

        Assert.Equal(AttemptEnd.Postponed, (await sending).End);
        Assert.Single(receiver.Deliveries);
    }

    Task<AttemptResult> SendAsync(Uri url, params (string Key, string Value)[] settings) => _sender.SendAsync(Endpoint(url, settings), Event, null, CancellationToken.None);

    static Task Status(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    static WebhookEndpoint Endpoint(Uri url, params (string Key, string Value)[] settings)
    {
        (string Key, string Value)[] all = [("Name", "mine"), ("Url", url.ToString()), ("Events:0", "#"), .. settings];
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(all.Select(s => KeyValuePair.Create($"EventBus:Endpoints:0:{s.Key}", (string?)s.Value))).Build();
        return Assert.Single(new WebhookEndpoints(configuration).All);
    }
}
