using System.Globalization;
using EventBus.Operations.Access;
using EventBus.OperatorConsole;
using EventBus.Storage;
using EventBus.TestServices;
using EventBus.Tests.Fixtures;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace EventBus.Tests.OperatorConsole;

/// <summary>The Console before a long history, on RabbitMQ and PostgreSQL. In the long run: <c>EVENTBUS_SEEDED_EVENTS=1000000</c>.</summary>
[Collection(nameof(ConsoleBed))]
public sealed class SeededArchiveTests(ConsoleBed bed, RabbitMqFixture broker, PostgresFixture postgres)
{
    /// <summary>More than one search looks through.</summary>
    static readonly long Events = long.Parse(Environment.GetEnvironmentVariable("EVENTBUS_SEEDED_EVENTS") ?? "30000", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Every_view_shows_what_is_there_and_searches_say_how_far_they_came()
    {
        var settings = await postgres.NewDatabaseAsync();
        await using (var filled = StorageExtensions.Create(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), owned: true))
        {
            await filled.OpenAsync(TestContext.Current.CancellationToken);
            await SeededArchive.FillAsync(filled, Events, _ => { }, TestContext.Current.CancellationToken);
        }

        await using var host = await BusHost.StartAsync(TestTransport.RabbitMq, broker, b => b.With(settings).WithConsumers().WithArchive().WithConsole());
        var url = host.Services.GetRequiredService<ConsoleListener>().Address!;
        await new Users(host.Services.GetRequiredService<Database>(), TimeProvider.System).CreateAsync(Actor.CommandLine, ConsoleBed.Admin, ConsoleBed.Password, Role.Admin, payloads: true);
        await using var window = await bed.OpenAsync(null, url: url);
        var page = window.Page;
        await ConsoleBed.SignInAsync(window, ConsoleBed.Admin);
        foreach (var path in (string[])["/", "/alerts", "/flow", "/failures", "/failures/group-3", "/endpoints", "/endpoints/endpoint-3", "/queues", "/queues/topology", "/replays", "/workflows", "/records?kind=command", "/records?told=true", "/catalog", "/audit", "/settings"])
        {
            Assert.True((await page.GotoAsync(path))!.Status == 200, path);
            var wrong = await ConsoleBed.AxeAsync(page, contrastOnly: false);
            Assert.True(wrong.Count == 0, $"{path}: {string.Join('\n', wrong)}");
        }

        foreach (var (query, found) in new[] { ("", 50), ("id=seed-77", 1), ("type=canvas.appointment.%23", 50), ("source=canvas&tenant=clinic-7", 50), ("outcome=waiting", 50), ("id=none", 0) })
        {
            await page.GotoAsync($"/events?{query}");
            Assert.Equal(found, await page.Locator("#events tbody tr").CountAsync());
        }

        await page.GotoAsync("/events?id=seed-77");
        await page.Locator("#events tbody a").First.ClickAsync();
        await page.Locator(".sequence").WaitForAsync();

        // Further than one search looks: it says so, and goes on where it ended.
        await page.GotoAsync("/events?source=none");
        await page.GetByText("Looked through back to").WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Older" }).ClickAsync();
        await page.Locator("#events", new() { HasText = Events > 2 * EventQuery.Scan ? "Looked through back to" : "Nothing matches" }).WaitForAsync();

        await page.GotoAsync("/replays/new?id=seed-77&to_target=webhooks%2Fendpoint-3&rate=50");
        await page.GetByRole(AriaRole.Heading, new() { Name = "1 event to endpoint-3" }).WaitForAsync();
        window.Check();
    }
}
