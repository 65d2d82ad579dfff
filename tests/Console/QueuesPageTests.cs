using System.Net;
using EventBus.Operations.Access;
using EventBus.OperatorConsole;
using EventBus.Storage;
using EventBus.Tests.Fixtures;
using EventBus.Tests.Operations;
using EventBus.TestServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace EventBus.Tests.OperatorConsole;

/// <summary>Queues, topology and the broker's alarms in a browser, on a broker of the test's own and PostgreSQL.</summary>
[Collection(nameof(ConsoleBed))]
public sealed class QueuesPageTests(ConsoleBed bed, PostgresFixture postgres)
{
    [Fact]
    public async Task An_admin_sees_queues_and_alarms_and_removes_what_is_stale()
    {
        await using var node = await RabbitMqServer.StartAsync(CancellationToken.None);
        await using var there = await BrokerTopology.CreateAsync(node);
        var storage = await postgres.NewDatabaseAsync();
        await using var host = await BusHost.StartAsync([.. there.Settings, .. storage], b => b.WithConsumers().WithArchive().WithConsole());
        var (database, url) = (host.Services.GetRequiredService<Database>(), host.Services.GetRequiredService<ConsoleListener>().Address!);
        foreach (var (name, role) in new[] { (ConsoleBed.Admin, Role.Admin), (ConsoleBed.Operator, Role.Operator) })
        {
            await new Users(database, TimeProvider.System).CreateAsync(Actor.CommandLine, name, ConsoleBed.Password, role, payloads: false);
        }

        await there.ConsumerAsync("gone", partitions: 1);
        await there.ConsumerAsync("kept", partitions: 1);
        await there.FillAsync("kept.0");
        await Eventually.TrueAsync(async () => (await there.Client.QueuesAsync()).Any(q => q is { Name: "kept.0", Ready: 1 }), "the message is counted");

        var first = await SignInAsync(url, 1280, ColorScheme.Light, null);
        foreach (var (width, scheme) in new[] { (1280, ColorScheme.Light), (1280, ColorScheme.Dark), (390, ColorScheme.Light), (390, ColorScheme.Dark) })
        {
            await using var seen = await SignInAsync(url, width, scheme, first.State);
            foreach (var path in (string[])["/", "/queues", "/queues/topology"])
            {
                Assert.Equal(200, (await seen.Window.Page.GotoAsync(path))!.Status);
                Assert.True(await seen.Window.Page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= width, $"{path} is wider than {width}");
                var wrong = await ConsoleBed.AxeAsync(seen.Window.Page, contrastOnly: false);
                Assert.True(wrong.Count == 0, $"{path} at {width}, {scheme}: {string.Join('\n', wrong)}");
                if (Environment.GetEnvironmentVariable("EVENTBUS_PICTURES") is { } pictures)
                {
                    await seen.Window.Page.ScreenshotAsync(new() { Path = Path.Combine(pictures, $"{path.Replace('/', '-')}-{width}-{scheme}.png"), FullPage = true });
                }
            }

            seen.Window.Check();
        }

        await using var _ = first;
        var page = first.Window.Page;
        await page.GotoAsync("/queues");
        await page.GetByText("1 of").Or(page.GetByText("appointments.0")).First.WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Topology" }).ClickAsync();
        await page.GetByText("Remove 6", new() { Exact = true }).First.ClickAsync();
        await page.Locator("details[open] p").GetByText("queue gone.0").WaitForAsync();
        await page.Locator("details[open] button").ClickAsync();
        await page.GetByText("6 removed.").WaitForAsync();
        await page.GetByText("Remove 6 in use", new() { Exact = true }).First.ClickAsync();
        await page.Locator("details[open] p").GetByText("1 messages are lost").WaitForAsync();

        using (var other = await ConsoleClient.SignInAsync(url, ConsoleBed.Operator))
        {
            Assert.DoesNotContain("Remove 6", await other.GetAsync("/queues/topology"), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.Forbidden, await other.PostAsync("/queues/prune", ("thing", "queue kept.0"), ("held", "true")));
        }

        await page.Locator("details[open] button").ClickAsync();
        await page.GetByText("All is as declared").WaitForAsync();
        await page.GotoAsync("/audit?action=topology");
        await page.GetByText("with 1 messages, read by 0").WaitForAsync();

        // An alarm is on the overview by itself, and goes by itself.
        await page.GotoAsync("/");
        await page.GetByText("running, no alarm").WaitForAsync();
        await node.SetMemoryAlarmAsync(on: true);
        await page.GetByText("The broker takes no events").First.WaitForAsync();
        await page.Locator("table").GetByText("memory alarm").WaitForAsync();
        await node.SetMemoryAlarmAsync(on: false);
        await page.GetByText("running, no alarm").WaitForAsync();
        first.Window.Check();
    }

    async Task<SignedIn> SignInAsync(string url, int width, ColorScheme scheme, IReadOnlyList<BrowserContextCookiesResult>? cookies)
    {
        var window = await bed.OpenAsync(null, width, scheme, url);
        if (cookies is not null)
        {
            await window.Page.Context.AddCookiesAsync(cookies.Select(c => new Microsoft.Playwright.Cookie { Name = c.Name, Value = c.Value, Url = url }));
            return new SignedIn(window, cookies);
        }

        await ConsoleBed.SignInAsync(window, ConsoleBed.Admin);
        return new SignedIn(window, await window.Page.Context.CookiesAsync());
    }

    sealed record SignedIn(ConsoleWindow Window, IReadOnlyList<BrowserContextCookiesResult> State) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Window.DisposeAsync();
    }
}
