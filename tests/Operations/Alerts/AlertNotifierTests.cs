using System.Globalization;
using System.Text.Json;
using EventBus.Contracts;
using EventBus.Operations.Alerts;
using EventBus.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EventBus.Tests.Operations.Alerts;

/// <summary>Who is told of alerts, by a real webhook and a mail server of the test's own.</summary>
public sealed class AlertNotifierTests(PostgresFixture postgres)
{
    const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    public static TheoryData<string> Homes => ["sqlite", "postgres"];

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task A_webhook_is_told_once_of_each_change_in_order_signed_and_until_it_takes_it(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        await using var receiver = await Receiver.StartAsync();
        var refuses = true;
        receiver.Answer = (_, context) =>
        {
            context.Response.StatusCode = refuses ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        };
        var options = Options.Create(new AlertOptions
        {
            Steady = TimeSpan.Zero, ConsoleUrl = "https://console.example.org/", Webhook = new AlertWebhookOptions { Url = receiver.Url.ToString(), Secret = Secret },
        });
        using var channel = new WebhookChannel(options, TimeProvider.System);
        var watch = new AlertWatch(data.Database, BrokerTopology.Nowhere, [channel], options, TimeProvider.System, NullLogger<AlertWatch>.Instance);
        await data.DeadAsync(data.Event("a", "canvas.task.created"), "HTTP 400");
        await watch.LookAsync(Token);
        var notifiers = Enumerable.Range(0, 3).Select(_ => new AlertNotifier(data.Database, [channel], TimeProvider.System, NullLogger<AlertNotifier>.Instance)).ToList();
        async Task<int> SendAsync() => (await Task.WhenAll(notifiers.Select(n => Task.Run(() => n.SendAsync(channel, Token))))).Sum();
        Assert.Equal(0, await SendAsync());
        var attempt = Assert.Single(receiver.Deliveries);
        Assert.Equal("HTTP 503", await data.ReadAsync<string>("SELECT error FROM alert_notifications"));

        // Resolved meanwhile: that is told after what comes before it.
        await data.WriteAsync("DELETE FROM dead_letters");
        await watch.LookAsync(Token);
        Assert.Equal(0, await SendAsync());
        Assert.Single(receiver.Deliveries);
        refuses = false;
        await data.WriteAsync("UPDATE alert_notifications SET due_at = 0");
        var taken = 0;
        await Eventually.TrueAsync(async () => (taken += await SendAsync()) == 2, "both are taken");
        Assert.Equal(0, await SendAsync());
        Assert.Equal(3, receiver.Deliveries.Count);
        Assert.Equal(["alert.raised", "alert.raised", "alert.resolved"], receiver.Deliveries.Select(d => JsonElement.Parse(d.Body).GetProperty("type").GetString()));

        // The same each time that it is tried.
        Assert.Equal(attempt.Headers["webhook-id"], receiver.Deliveries.ElementAt(1).Headers["webhook-id"]);
        Assert.NotEqual(attempt.Headers["webhook-id"], receiver.Deliveries.ElementAt(2).Headers["webhook-id"]);
        Assert.All(receiver.Deliveries, d => Assert.Equal(
            WebhookSigner.TryCreate(Secret)!.Sign(d.Headers["webhook-id"], long.Parse(d.Headers["webhook-timestamp"], CultureInfo.InvariantCulture), d.Body), d.Headers["webhook-signature"]));
        var told = JsonElement.Parse(receiver.Deliveries.Last().Body).GetProperty("data");
        Assert.Equal(
            ("dead-letters/HTTP 400", "dead-letters", "warning", "https://console.example.org/alerts"),
            (told.GetProperty("cause").GetString(), told.GetProperty("kind").GetString(), told.GetProperty("severity").GetString(), told.GetProperty("url").GetString()));
        Assert.True(told.TryGetProperty("resolvedAt", out _));
    }

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task A_mail_is_sent_once_for_each_change_until_the_server_takes_it(string home)
    {
        await using var data = await OperationsDatabase.OpenAsync(home, postgres);
        await using var server = new MailServer { Refuses = true };
        var options = Options.Create(new AlertOptions
        {
            Steady = TimeSpan.Zero, Smtp = new AlertSmtpOptions { Host = "127.0.0.1", Port = server.Port, Tls = false, From = "eventbus@example.org", To = { "night@example.org", "day@example.org" } },
        });
        var channel = new MailChannel(options, TimeProvider.System);
        var watch = new AlertWatch(data.Database, BrokerTopology.Nowhere, [channel], options, TimeProvider.System, NullLogger<AlertWatch>.Instance);
        var notifier = new AlertNotifier(data.Database, [channel], TimeProvider.System, NullLogger<AlertNotifier>.Instance);
        await data.WriteAsync("INSERT INTO hosts (name, service, started_at, seen_at, broker, spool_bytes, spool_max_bytes) VALUES ('Gateway@web-1', 'Gateway', 0, 1000000000000000, 0, 9, 10)");
        await watch.LookAsync(Token);
        Assert.Equal(0, await notifier.SendAsync(channel, Token));
        Assert.Empty(server.Mails);
        Assert.Equal("SMTP 451 at recipient", await data.ReadAsync<string>("SELECT error FROM alert_notifications"));
        Assert.Equal("mail: SMTP 451 at recipient", Assert.Single(await new AlertDesk(data.Database, TimeProvider.System).OpenAsync(Token)).Untold);
        server.Refuses = false;
        await data.WriteAsync("UPDATE alert_notifications SET due_at = 0");
        Assert.Equal(1, await notifier.SendAsync(channel, Token));
        await data.WriteAsync("DELETE FROM hosts");
        await watch.LookAsync(Token);
        Assert.Equal(1, await notifier.SendAsync(channel, Token));
        Assert.Equal(0, await notifier.SendAsync(channel, Token));
        Assert.Equal(2, server.Mails.Count);
        Assert.All(server.Mails, m => Assert.Equal(["night@example.org", "day@example.org"], m.To));
        Assert.Contains("Subject: [EventBus] Critical: The spool of Gateway@web-1", server.Mails.First().Text, StringComparison.Ordinal);
        Assert.Contains("Subject: [EventBus] Resolved: ", server.Mails.Last().Text, StringComparison.Ordinal);
        Assert.Contains("eventbus alerts acknowledge 1", server.Mails.First().Body, StringComparison.Ordinal);
        Assert.Null(Assert.Single(await new AlertDesk(data.Database, TimeProvider.System).ResolvedAsync(null, 10, Token)).Untold);
    }

    [Fact]
    public void Wrong_settings_are_named_with_an_example()
    {
        var options = new AlertOptions { Interval = TimeSpan.Zero, ConsoleUrl = "console", Webhook = new AlertWebhookOptions { Url = "ftp://x" }, Smtp = new AlertSmtpOptions { Host = "smtp", Port = 0, From = "nobody", Username = "u" } };
        var failures = new AlertOptionsCheck().Validate(null, options).Failures!.ToList();
        Assert.Equal(
            ["Interval", "ConsoleUrl", "Webhook:Url", "Webhook:Secret", "Smtp:Port", "Smtp:From", "Smtp:To", "Smtp:Password"],
            failures.Select(f => f["EventBus:Alerts:".Length..].Split(' ')[0]));
        Assert.All(failures, f => Assert.Contains("for example EventBus__Alerts__", f, StringComparison.Ordinal));
        Assert.True(new AlertOptionsCheck().Validate(null, new AlertOptions()).Succeeded);
        Assert.True(new AlertOptionsCheck().Validate(null, new AlertOptions { Webhook = new AlertWebhookOptions { Url = "https://hooks.example.org/x", Secret = Secret } }).Succeeded);
    }
}
