using Microsoft.Playwright;

namespace EventBus.Tests.OperatorConsole;

/// <summary>What operators say of failures, through the browser.</summary>
[Collection(nameof(ConsoleBed))]
public sealed class FailureMarkTests(ConsoleBed bed)
{
    [Fact]
    public async Task A_failure_is_noted_assigned_and_silenced_and_a_retry_shows_how_far_it_is()
    {
        var group = await bed.FailAsync("look-after-me");
        await using var window = await bed.OpenAsync(ConsoleBed.Operator);
        var page = window.Page;
        await page.GotoAsync(group);
        await page.Locator("summary", new() { HasTextString = "Note" }).ClickAsync();
        await page.GetByLabel("Note").FillAsync("the practice repairs it");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the note" }).ClickAsync();
        await page.GetByText("The note is saved.").WaitForAsync();
        await page.Locator("summary", new() { HasTextString = "Assign" }).ClickAsync();
        await page.GetByLabel("Who looks after it").SelectOptionAsync(ConsoleBed.Operator);
        await page.GetByRole(AriaRole.Button, new() { Name = "Assign it" }).ClickAsync();
        await page.GetByText($"looked after by {ConsoleBed.Operator}").WaitForAsync();
        await page.Locator("summary", new() { HasTextString = "Silence" }).ClickAsync();
        await page.GetByLabel("How long").SelectOptionAsync("08:00:00");
        await page.GetByRole(AriaRole.Button, new() { Name = "Silence it" }).ClickAsync();
        await page.GetByText("It is silent.").WaitForAsync();
        Assert.Empty(await ConsoleBed.AxeAsync(page, contrastOnly: false));
        await page.GotoAsync("/failures");
        var row = page.Locator("#groups tbody tr", new() { HasText = "the practice repairs it" });
        await row.GetByText("silenced").WaitForAsync();
        await row.GetByRole(AriaRole.Img).WaitForAsync();
        await page.GotoAsync(group);
        await page.GetByRole(AriaRole.Button, new() { Name = "End the silence" }).ClickAsync();
        await page.GetByText("It is silent no more.").WaitForAsync();
        await page.GetByLabel("Select look-after-me").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Retry", Exact = true }).ClickAsync();
        await page.GetByText("1 to be tried again.").WaitForAsync();
        await page.GetByLabel("Retries", new() { Exact = true }).WaitForAsync();
        window.Check();
    }
}
