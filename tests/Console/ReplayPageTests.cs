using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace EventBus.Tests.OperatorConsole;

/// <summary>Replays, through the browser.</summary>
[Collection(nameof(ConsoleBed))]
public sealed class ReplayPageTests(ConsoleBed bed)
{
    [Fact]
    public async Task A_replay_is_looked_at_before_it_starts_paused_resumed_and_cancelled()
    {
        await using var window = await bed.OpenAsync(ConsoleBed.Operator);
        var page = window.Page;
        await page.GotoAsync("/events?type=canvas.task.%23");
        await page.GetByRole(AriaRole.Link, new() { Name = "Replay these" }).ClickAsync();
        Assert.Equal("canvas.task.#", await page.GetByLabel("Type or pattern").InputValueAsync());
        await page.GetByLabel("Id", new() { Exact = true }).FillAsync("good-4");
        await page.GetByLabel("Subject, letter for letter").FillAsync(ConsoleBed.Patient);
        await page.GetByLabel("Send it to").SelectOptionAsync("webhooks/practice");
        await page.GetByLabel("Events a second").FillAsync("1");
        await page.GetByRole(AriaRole.Button, new() { Name = "See what it would send" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "1 event to practice" }).WaitForAsync();
        Assert.DoesNotContain(ConsoleBed.Patient, await page.ContentAsync(), StringComparison.Ordinal);
        Assert.Empty(await ConsoleBed.AxeAsync(page, contrastOnly: false));
        await page.GetByLabel("Id", new() { Exact = true }).FillAsync("");
        await page.GetByLabel("Type or pattern").FillAsync("#");
        await page.GetByRole(AriaRole.Button, new() { Name = "See what it would send" }).ClickAsync();
        await page.Locator("summary", new() { HasTextString = "Start" }).ClickAsync();
        await page.GetByText("marked as a replay").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Send [0-9]+$", RegexOptions.None, TimeSpan.FromSeconds(10)) }).ClickAsync();
        await page.GetByText("The replay runs, 1 events a second.").WaitForAsync();

        // At one a second there is time to stop it: a dozen events are there at least.
        var row = page.Locator("#replays tbody tr").First;
        await row.GetByText("of one subject").WaitForAsync();
        await row.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await page.GetByText("The replay is paused.").WaitForAsync();
        await row.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await page.GetByText("The replay goes on.").WaitForAsync();
        await row.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await page.GetByText("what it has sent stays sent").WaitForAsync();
        await row.GetByText("canceled").WaitForAsync();
        window.Check();
    }
}
