using Microsoft.Playwright;

namespace EventBus.Tests.OperatorConsole;

/// <summary>Alerts in the browser.</summary>
[Collection(nameof(ConsoleBed))]
public sealed class AlertsPageTests(ConsoleBed bed)
{
    [Fact]
    public async Task An_alert_leads_to_its_cause_and_somebody_looks_after_it_or_puts_it_off()
    {
        await bed.FailAsync("alarming");
        await using var window = await bed.OpenAsync(ConsoleBed.Operator);
        var page = window.Page;
        await page.GotoAsync("/");
        await window.SeesAsync(page.GetByLabel("Open alerts").GetByText("failed for good at endpoint practice"));
        await page.Locator("#alert-count .count").WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Alerts", Exact = false }).First.ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Alerts" }).WaitForAsync();
        var row = page.Locator("#open tr", new() { HasText = "endpoint practice: HTTP 422" });
        await row.Locator("summary").ClickAsync();
        await row.GetByRole(AriaRole.Button, new() { Name = "4 hours" }).ClickAsync();
        await page.GetByText("It is put off for 4 h").WaitForAsync();
        await row.GetByText("snoozed").WaitForAsync();
        await row.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).ClickAsync();
        await page.GetByText("You look after it.").WaitForAsync();
        await row.GetByText(ConsoleBed.Operator).WaitForAsync();
        Assert.Equal(0, await row.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).CountAsync());
        await page.Locator("#hosts").GetByText("there").First.WaitForAsync();
        await row.GetByRole(AriaRole.Link).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "alarming" }).WaitForAsync();
        await page.GotoAsync("/audit?action=alerts");
        await page.GetByText("alerts.acknowledge").First.WaitForAsync();
        window.Check();

        await using var other = await bed.OpenAsync(ConsoleBed.Viewer);
        await other.Page.GotoAsync("/alerts");
        await other.SeesAsync(other.Page.Locator("#open tr", new() { HasText = "endpoint practice: HTTP 422" }));
        Assert.Equal(0, await other.Page.Locator("#open button").CountAsync());
        other.Check();
    }
}
