using System.Net;
using Microsoft.Playwright;

namespace EventBus.Tests.OperatorConsole;

/// <summary>Runs of workflows and records of consumers, through the browser.</summary>
[Collection(nameof(ConsoleBed))]
public sealed class RecordPagesTests(ConsoleBed bed)
{
    [Fact]
    public async Task A_run_is_found_by_its_subject_seen_step_by_step_and_cancelled()
    {
        await bed.PostAsync("/v1/careportals/order.created", $$$"""{"_id":"run-1","customer":{"_id":"{{{ConsoleBed.Patient}}}"}}""");
        await using var window = await bed.OpenAsync(ConsoleBed.Operator);
        var page = window.Page;
        await page.GotoAsync("/workflows?status=waiting");
        await page.Locator("#runs tbody a").First.WaitForAsync();
        await page.GetByLabel("Subject, letter for letter").FillAsync("of nobody");
        await page.GetByRole(AriaRole.Button, new() { Name = "Filter" }).ClickAsync();
        await page.GetByText("Nothing matches").WaitForAsync();
        await page.GetByLabel("Subject, letter for letter").FillAsync(ConsoleBed.Patient);
        await page.GetByRole(AriaRole.Button, new() { Name = "Filter" }).ClickAsync();
        await page.Locator("#runs tbody a").First.ClickAsync();
        await page.GetByText("then[0]").First.WaitForAsync();
        Assert.DoesNotContain(ConsoleBed.Patient, await page.ContentAsync(), StringComparison.Ordinal);
        await page.Locator("summary", new() { HasTextString = "Cancel" }).ClickAsync();
        await page.Locator("details[open] input[name=reason]").FillAsync("the order was a test");
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel the run" }).ClickAsync();
        await page.GetByText("The run is cancelled.").WaitForAsync();
        await page.Locator("#run").GetByText("canceled").First.WaitForAsync();
        window.Check();
    }

    [Fact]
    public async Task A_command_that_stalls_is_told_and_its_record_is_shown_for_a_reason()
    {
        await bed.PostAsync("/v1/canvas", $$$"""{"type":"PLAN_COMMAND__PRE_COMMIT","target":"stalling","context":{"patient":{"id":"{{{ConsoleBed.Patient}}}"} } }""");
        await using var window = await bed.OpenAsync(ConsoleBed.Admin);
        var page = window.Page;
        await page.GotoAsync("/records?told=true");
        await page.Locator("#records").GetByText("was announced, and has not happened").First.WaitForAsync();
        await page.Locator("#records tbody a[href^='/records/']").First.ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "What happened" }).WaitForAsync();
        Assert.DoesNotContain(ConsoleBed.Patient, await page.ContentAsync(), StringComparison.Ordinal);
        await page.GetByPlaceholder("Reason").FillAsync("the practice asks for it");
        await page.GetByRole(AriaRole.Button, new() { Name = "Reveal for a minute" }).ClickAsync();
        Assert.Contains(ConsoleBed.Patient, await page.GetByLabel("The record").InnerTextAsync(), StringComparison.Ordinal);
        await page.GotoAsync("/audit?action=records.reveal");
        await page.GetByText("the practice asks for it").First.WaitForAsync();
        window.Check();

        using var operators = await ConsoleClient.SignInAsync(bed.Url, ConsoleBed.Operator);
        Assert.Equal(HttpStatusCode.Forbidden, await operators.PostAsync("/records/reveal", ("kind", "command"), ("key", "none"), ("reason", "curiosity")));
    }
}
