using System.Net;
using EventBus.Tests.Fixtures;
using Microsoft.Playwright;

namespace EventBus.Tests.OperatorConsole;

/// <summary>Keys of senders, through the browser.</summary>
[Collection(nameof(ConsoleBed))]
public sealed class SettingsPageTests(ConsoleBed bed)
{
    [Fact]
    public async Task A_key_is_made_shown_once_lets_its_sender_in_is_rotated_and_revoked()
    {
        await using var window = await bed.OpenAsync(ConsoleBed.Admin);
        var page = window.Page;
        await page.GotoAsync("/settings");
        await page.GetByLabel("Whose it is").FillAsync("shop");
        await page.GetByLabel("Sources, with blanks between").FillAsync("/shop canvas");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the key" }).ClickAsync();
        var first = await page.GetByLabel("The key", new() { Exact = true }).InnerTextAsync();
        Assert.StartsWith("ebk_", first, StringComparison.Ordinal);
        Assert.Empty(await ConsoleBed.AxeAsync(page, contrastOnly: false));
        await Eventually.TrueAsync(async () => await bed.SendWithAsync(first) == HttpStatusCode.Accepted, "the key lets in");
        await page.GotoAsync("/settings");
        Assert.DoesNotContain(first, await page.ContentAsync(), StringComparison.Ordinal);

        var row = page.Locator("#keys tbody tr", new() { HasText = "shop" });
        await row.Locator("summary", new() { HasTextString = "Rotate" }).ClickAsync();
        await row.GetByRole(AriaRole.Button, new() { Name = "Make another key" }).ClickAsync();
        await page.GetByText("shown this once").WaitForAsync();
        var second = await page.GetByLabel("The key", new() { Exact = true }).InnerTextAsync();
        Assert.NotEqual(first, second);
        await Eventually.TrueAsync(async () => await bed.SendWithAsync(second) == HttpStatusCode.Accepted, "the other key lets in");
        Assert.Equal(HttpStatusCode.Accepted, await bed.SendWithAsync(first));

        await row.Locator("summary", new() { HasTextString = "Revoke" }).ClickAsync();
        await row.Locator("details[open] input[name=reason]").FillAsync("the shop closes");
        await row.Locator("details[open] button").ClickAsync();
        await row.GetByText("revoked").WaitForAsync();
        await Eventually.TrueAsync(async () => await bed.SendWithAsync(second) == HttpStatusCode.Unauthorized && await bed.SendWithAsync(first) == HttpStatusCode.Unauthorized, "neither lets in");
        await page.GotoAsync("/audit?action=keys");
        await page.GetByText("the shop closes").First.WaitForAsync();
        Assert.DoesNotContain("ebk_", await page.ContentAsync(), StringComparison.Ordinal);
        window.Check();
    }
}
