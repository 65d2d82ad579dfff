using EventBus.Tests.Contracts;
using Microsoft.Playwright;

namespace EventBus.Tests.OperatorConsole;

/// <summary>Every page, light and dark, wide and narrow: readable by everybody, within its width, without a request to another host or an error.</summary>
[Collection(nameof(ConsoleBed))]
public sealed class PagesTests(ConsoleBed bed)
{
    static readonly string[] Paths = ["/", "/alerts", "/flow", "/events", "/failures", "/endpoints", "/endpoints/practice", "/endpoints/registry", "/queues", "/queues/topology", "/replays", "/replays/new?type=%23&to_target=webhooks%2Fpractice&rate=50", "/workflows", "/records?kind=appointment", "/records?told=true", "/catalog", "/catalog/canvas.task.created", "/audit?verify=true", "/settings", "/account", "/nowhere"];

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(390, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task Pages_are_accessible_within_their_width_and_ask_no_other_host(int width, ColorScheme scheme)
    {
        var group = await bed.FailAsync($"page-{width}-{scheme}");
        await using var window = await bed.OpenAsync(ConsoleBed.Admin, width, scheme);
        var page = window.Page;
        await page.GotoAsync("/events");
        var found = await page.Locator("#events tbody a").First.GetAttributeAsync("href");
        await page.GotoAsync(group);
        var letter = await page.Locator("#letters tbody a.button").First.GetAttributeAsync("href");
        await page.GotoAsync("/records?kind=appointment");
        var record = await page.Locator("#records tbody a").First.GetAttributeAsync("href");
        await bed.PostAsync("/v1/careportals/order.created", $$$"""{"_id":"page-{{{width}}}-{{{scheme}}}","customer":{"_id":"{{{ConsoleBed.Patient}}}"}}""");
        await page.GotoAsync("/workflows");
        var run = await page.Locator("#runs tbody a").First.GetAttributeAsync("href");
        foreach (var path in (string[])[.. Paths, found!, group, letter!, record!, run!])
        {
            var answer = await page.GotoAsync(path);
            Assert.Equal(path == "/nowhere" ? 404 : 200, answer!.Status);
            Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= width, $"{path} is wider than {width}");

            // Rules other than contrast see the same page in both schemes.
            var wrong = await ConsoleBed.AxeAsync(page, contrastOnly: (width == 1280) == (scheme == ColorScheme.Dark));
            Assert.True(wrong.Count == 0, $"{path} at {width}, {scheme}: {string.Join('\n', wrong)}");
            Assert.DoesNotContain(ConsoleBed.Patient, await page.ContentAsync(), StringComparison.Ordinal);
        }

        // The browser itself notes the page that is not there.
        await page.GotoAsync("/");
        Assert.All(window.Wrong, text => Assert.Contains("404", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task On_a_telephone_the_flow_and_what_changes_are_read_without_scrolling_sideways()
    {
        var group = await bed.FailAsync("narrow");
        await using var window = await bed.OpenAsync(ConsoleBed.Admin, 390, alone: true);
        var page = window.Page;
        async Task FitsAsync() => Assert.Empty(await page.EvaluateAsync<string[]>("[...document.querySelectorAll('main *')].filter(e => e.scrollWidth > e.clientWidth + 1 && ['auto', 'scroll'].includes(getComputedStyle(e).overflowX)).map(e => e.outerHTML.slice(0, 200))"));
        await page.GotoAsync("/flow");
        await page.Locator(".flow-list a[href='/events?family=task']").WaitForAsync();
        foreach (var link in (string[])["/events?source=canvas", "/failures?consumer=webhooks", "/endpoints/practice"])
        {
            Assert.True(await page.Locator($".flow-list a[href='{link}']").IsVisibleAsync());
        }

        Assert.False(await page.Locator("svg.flow").IsVisibleAsync());
        await FitsAsync();
        foreach (var path in (string[])["/endpoints/practice", "/alerts"])
        {
            await page.GotoAsync(path);
            await FitsAsync();
        }

        await page.GotoAsync(group);
        await page.Locator("#letters tr", new() { HasText = "narrow" }).GetByRole(AriaRole.Link, new() { Name = "Open" }).ClickAsync();
        await page.GetByPlaceholder("Reason").FillAsync("to repair it");
        await page.GetByRole(AriaRole.Button, new() { Name = "Reveal for a minute" }).ClickAsync();
        await page.GetByLabel("Data").FillAsync($$"""{"long":"{{new string('x', 200)}}"}""");
        await FitsAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "See what changes" }).ClickAsync();
        await page.GetByLabel("What changes").WaitForAsync();
        await FitsAsync();
        window.Check();
    }

    [Fact]
    public async Task The_catalog_says_who_asks_for_a_type_when_it_came_last_and_what_it_does_not_know()
    {
        await bed.SendAsync("GIZMO_EXPLODED", "gizmo-1", wrong: false);
        await using var window = await bed.OpenAsync(ConsoleBed.Admin);
        var page = window.Page;
        await page.GotoAsync("/catalog?family=task");
        var row = page.Locator("tr", new() { Has = page.Locator("a[href='/catalog/canvas.task.created']") }).First;
        Assert.Contains("practice", await row.Locator("td").Nth(3).InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await row.Locator("time").CountAsync());
        await row.Locator("a").First.ClickAsync();
        await page.GetByText("TaskEvent").WaitForAsync();
        Assert.Contains("\"$schema\"", await page.GetByLabel("JSON Schema of TASK_CREATED").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("TASK_CREATED", await page.GetByLabel("Sample of TASK_CREATED").InnerTextAsync(), StringComparison.Ordinal);
        await page.GotoAsync("/catalog");
        await page.Locator("#unknown a[href*='gizmo']").ClickAsync();
        await page.GetByText("The catalog does not know it").WaitForAsync();
        window.Check();
    }

    [Fact]
    public async Task The_keyboard_leads_to_the_search_and_through_tables()
    {
        await using var window = await bed.OpenAsync(ConsoleBed.Admin);
        var page = window.Page;
        await page.GotoAsync("/catalog");
        await page.Keyboard.PressAsync("/");
        Assert.Equal("search", await page.EvaluateAsync<string>("document.activeElement.id"));
        await page.Keyboard.PressAsync("Escape");
        await page.Locator("tbody a").First.FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        Assert.True(await page.EvaluateAsync<bool>("document.activeElement === document.querySelectorAll('tbody tr')[1].querySelector('a')"));
        window.Check();
    }

    [Fact]
    public async Task The_overview_counts_what_comes_without_being_loaded_again()
    {
        await using var window = await bed.OpenAsync(ConsoleBed.Viewer);
        var page = window.Page;
        await page.GotoAsync("/events?type=canvas.task.%23");
        await page.EvaluateAsync("window.kept = 1");
        await bed.SendAsync("TASK_CREATED", "live-1", wrong: false);
        await page.GetByText("live-1").WaitForAsync();
        Assert.Equal(1, await page.EvaluateAsync<int>("window.kept"));
        await page.GotoAsync("/");
        await page.Locator("#now .tile").Nth(0).GetByText("in the last hour").WaitForAsync();
        window.Check();
    }

    [Fact]
    public async Task The_picture_of_the_flow_shows_sources_families_consumers_and_endpoints_and_leads_on_by_keyboard()
    {
        await using var window = await bed.OpenAsync(ConsoleBed.Viewer);
        var page = window.Page;
        await page.GotoAsync("/flow");
        await page.Locator("svg.flow a[href='/events?family=task']").WaitForAsync();
        foreach (var link in (string[])["/events?source=canvas", "/failures?consumer=webhooks", "/endpoints/practice", "/endpoints/laboratory"])
        {
            Assert.Equal(1, await page.Locator($"svg.flow a[href='{link}']").CountAsync());
        }

        await page.Locator("#flow tbody tr", new() { HasText = "practice" }).WaitForAsync();
        await page.Locator("svg.flow a[href='/events?family=task']").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Found" }).WaitForAsync();
        Assert.EndsWith("/events?family=task", page.Url, StringComparison.Ordinal);
        window.Check();
    }

    /// <summary>With EVENTBUS_WRITE_GENERATED=1 the pictures of the documentation are written anew.</summary>
    [Fact]
    public async Task The_pictures_of_the_documentation_can_be_made()
    {
        var group = await bed.FailAsync("picture");
        await bed.CountDayAsync();
        await using (var first = await bed.OpenAsync(ConsoleBed.Admin))
        {
            await first.Page.GotoAsync("/alerts");
            await first.Page.Locator("#open tbody tr").First.WaitForAsync();
        }

        foreach (var (name, path, scheme) in new[] { ("overview", "/", ColorScheme.Light), ("alerts", "/alerts", ColorScheme.Light), ("failure", group, ColorScheme.Dark), ("flow", "/flow", ColorScheme.Light) })
        {
            await using var window = await bed.OpenAsync(ConsoleBed.Admin, 1280, scheme);
            await window.Page.GotoAsync(path);
            if (path == "/flow")
            {
                await window.Page.Locator("svg.flow a[href='/events?source=canvas']").WaitForAsync();
            }

            var picture = await window.Page.ScreenshotAsync();
            var file = Repository.PathTo($"docs/images/console-{name}.png");
            if (Environment.GetEnvironmentVariable("EVENTBUS_WRITE_GENERATED") == "1")
            {
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                await File.WriteAllBytesAsync(file, picture);
            }

            Assert.True(File.Exists(file), $"{file} is missing; write it with EVENTBUS_WRITE_GENERATED=1.");
            window.Check();
        }
    }
}
