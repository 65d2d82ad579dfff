using System.Net;
using EventBus.Tests.Fixtures;
using Microsoft.Playwright;

namespace EventBus.Tests.OperatorConsole;

/// <summary>What operators do, through the browser.</summary>
[Collection(nameof(ConsoleBed))]
public sealed class ActionsTests(ConsoleBed bed)
{
    [Fact]
    public async Task A_payload_is_shown_for_a_reason_that_is_noted_and_only_to_who_may_see_it()
    {
        await using var window = await bed.OpenAsync(ConsoleBed.Admin, alone: true);
        var page = window.Page;
        await page.GotoAsync("/events");
        await page.GetByLabel("Subject, letter for letter").FillAsync(ConsoleBed.Patient);
        await page.GetByLabel("Id", new() { Exact = true }).FillAsync("good-0");
        await page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Found" }).WaitForAsync();
        await page.Locator("#events tbody a").ClickAsync();
        await page.GetByText("times in UTC").WaitForAsync();
        Assert.DoesNotContain(ConsoleBed.Patient, await page.ContentAsync(), StringComparison.Ordinal);
        await page.GetByPlaceholder("Reason").FillAsync("the practice asks for it");
        await page.GetByRole(AriaRole.Button, new() { Name = "Reveal for a minute" }).ClickAsync();
        await page.GetByLabel("The payload").WaitForAsync();
        Assert.Contains("\"target\": \"good-0\"", await page.GetByLabel("The payload").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains(ConsoleBed.Patient, await page.ContentAsync(), StringComparison.Ordinal);
        var path = new Uri(page.Url).AbsolutePath;

        await page.GotoAsync("/audit?action=events.reveal");
        await page.GetByText("the practice asks for it").First.WaitForAsync();
        window.Check();

        await using var other = await bed.OpenAsync(ConsoleBed.Operator);
        await other.Page.GotoAsync(path);
        await other.Page.GetByText("your account may not see payloads").WaitForAsync();
        Assert.DoesNotContain(ConsoleBed.Patient, await other.Page.ContentAsync(), StringComparison.Ordinal);
        other.Check();
    }

    [Fact]
    public async Task A_failure_is_found_edited_with_its_difference_in_sight_and_tried_again()
    {
        var group = await bed.FailAsync("repair-me");
        await using var window = await bed.OpenAsync(ConsoleBed.Admin, alone: true);
        var page = window.Page;
        await page.GotoAsync(group);
        await page.Locator("#letters tr", new() { HasText = "repair-me" }).GetByRole(AriaRole.Link, new() { Name = "Open" }).ClickAsync();
        await page.GetByPlaceholder("Reason").FillAsync("to repair it");
        await page.GetByRole(AriaRole.Button, new() { Name = "Reveal for a minute" }).ClickAsync();
        var data = page.GetByLabel("Data");
        await data.FillAsync((await data.InputValueAsync()).Replace("\"wrong\": true", "\"wrong\": false", StringComparison.Ordinal));
        await page.GetByRole(AriaRole.Button, new() { Name = "See what changes" }).ClickAsync();
        Assert.Contains("\"wrong\": true", await page.Locator(".diff .minus").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("\"wrong\": false", await page.Locator(".diff .plus").InnerTextAsync(), StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Button, new() { Name = "Retry with these changes" }).ClickAsync();
        await page.GetByText("It is tried again with the changes.").WaitForAsync();
        await page.GotoAsync($"{group}?state=retried");
        await page.Locator("#letters tr", new() { HasText = "repair-me" }).GetByText("tried again: processed").WaitForAsync();
        Assert.Contains(bed.Receiver.Deliveries, d => d.Text.Contains("repair-me", StringComparison.Ordinal) && d.Text.Contains("\"wrong\":false", StringComparison.Ordinal));
        window.Check();
    }

    [Fact]
    public async Task An_endpoint_is_added_changed_rotated_and_removed_and_its_secret_is_shown_once()
    {
        await using var window = await bed.OpenAsync(ConsoleBed.Admin);
        var page = window.Page;
        await page.GotoAsync("/endpoints");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("pharmacy");
        await page.GetByLabel("Address").FillAsync("https://169.254.169.254/hook");
        await page.GetByLabel("Events, a pattern a line").FillAsync("*.task.#\n*.order.#");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add" }).ClickAsync();
        await page.GetByText("leads to an address that is not public").WaitForAsync();

        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("pharmacy");
        await page.GetByLabel("Address").FillAsync(bed.Receiver.Url.ToString());
        await page.GetByLabel("Events, a pattern a line").FillAsync("*.task.#\n*.order.#");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add" }).ClickAsync();
        await page.GetByText("shown this once: whsec_").WaitForAsync();
        await page.ReloadAsync();
        Assert.DoesNotContain("whsec_", await page.ContentAsync(), StringComparison.Ordinal);
        Assert.Equal("*.task.#\n*.order.#", await page.GetByLabel("Events, a pattern a line").InputValueAsync());

        await page.GetByLabel("Events a second at most").FillAsync("25");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByText("pharmacy is changed.").WaitForAsync();
        Assert.Equal("25", await page.GetByLabel("Events a second at most").InputValueAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Rotate" }).ClickAsync();
        await page.GetByText("The new secret of pharmacy, shown this once: whsec_").WaitForAsync();
        await page.GetByText("with it and with the one before").WaitForAsync();
        await page.GetByText("Remove the endpoint").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove", Exact = true }).ClickAsync();
        await page.GetByText("pharmacy is removed").WaitForAsync();
        await page.GotoAsync("/audit?target=pharmacy");
        foreach (var action in (string[])["endpoints.add", "endpoints.edit", "endpoints.rotate", "endpoints.remove"])
        {
            await page.GetByText(action).First.WaitForAsync();
        }

        window.Check();
    }

    [Fact]
    public async Task What_an_endpoint_answered_is_masked_until_it_is_revealed_for_a_reason_and_only_to_who_may_see_it()
    {
        await bed.FailAsync("answered");
        await using var window = await bed.OpenAsync(ConsoleBed.Admin, alone: true);
        var page = window.Page;
        await page.GotoAsync("/endpoints/practice");
        var row = page.Locator("#state tbody tr", new() { HasText = "HTTP 422" }).First;
        await row.Locator("summary").ClickAsync();
        Assert.DoesNotContain(ConsoleBed.Patient, await page.ContentAsync(), StringComparison.Ordinal);
        await row.GetByLabel("Reason").FillAsync("why the practice refuses");
        await row.GetByRole(AriaRole.Button, new() { Name = "Reveal for a minute" }).ClickAsync();
        await page.GetByLabel("What it answered").First.WaitForAsync();
        Assert.Contains($"patient {ConsoleBed.Patient} is not known", await page.GetByLabel("What it answered").First.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Empty(await ConsoleBed.AxeAsync(page, contrastOnly: false));
        await page.Locator("#state tbody tr", new() { Has = page.GetByLabel("What it answered") }).First.Locator("a").ClickAsync();
        await page.GetByLabel("What it answered").First.WaitForAsync();
        await page.GotoAsync("/audit?action=events.reveal");
        await page.GetByText("why the practice refuses").First.WaitForAsync();
        window.Check();

        await using var other = await bed.OpenAsync(ConsoleBed.Operator);
        await other.Page.GotoAsync("/endpoints/practice");
        await other.Page.GetByLabel("answer masked").First.WaitForAsync();
        Assert.DoesNotContain(ConsoleBed.Patient, await other.Page.ContentAsync(), StringComparison.Ordinal);
        other.Check();
    }

    [Fact]
    public async Task Some_of_a_group_are_discarded_with_a_reason()
    {
        await bed.FailAsync("keep-me");
        var group = await bed.FailAsync("drop-me");
        await using var window = await bed.OpenAsync(ConsoleBed.Operator);
        var page = window.Page;
        await page.GotoAsync(group);
        await page.GetByLabel("Select drop-me").CheckAsync();
        await page.Locator("main summary", new() { HasTextString = "Discard" }).Last.ClickAsync();
        await page.Locator("details[open] input[name=reason]").FillAsync("a test's");
        await page.Locator("details[open] button").ClickAsync();
        await page.GetByText("1 discarded.").WaitForAsync();
        await page.GetByLabel("Select keep-me").WaitForAsync();
        Assert.Equal(0, await page.GetByLabel("Select drop-me").CountAsync());
        await page.GotoAsync($"{group}?state=discarded");
        await page.GetByText("a test's").First.WaitForAsync();
        window.Check();
    }

    [Fact]
    public async Task An_endpoint_is_tested_paused_with_a_reason_and_resumed()
    {
        await using var window = await bed.OpenAsync(ConsoleBed.Operator);
        var page = window.Page;
        await page.GotoAsync("/endpoints/laboratory");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send a test" }).ClickAsync();
        await page.GetByText("Test: taken (HTTP 204)").WaitForAsync();
        await page.Locator("summary", new() { HasTextString = "Pause" }).ClickAsync();
        await page.Locator("details[open] input[name=reason]").FillAsync("the laboratory moves");
        await page.Locator("details[open] button").ClickAsync();
        await page.GetByText("laboratory is paused.").WaitForAsync();
        await page.Locator("#state").GetByText("the laboratory moves").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await page.Locator("#state").GetByText("enabled").WaitForAsync();
        window.Check();
    }

    [Fact]
    public async Task An_event_is_sent_again()
    {
        await using var window = await bed.OpenAsync(ConsoleBed.Operator);
        var page = window.Page;
        await page.GotoAsync("/events?id=good-2");
        await page.Locator("#events tbody a").ClickAsync();
        await page.GetByLabel("To", new() { Exact = true }).SelectOptionAsync("webhooks/practice");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send it again" }).ClickAsync();
        await page.GetByText("It is sent again").WaitForAsync();
        await Eventually.TrueAsync(() => bed.Receiver.Deliveries.Any(d => d.Headers.ContainsKey("eventbus-replay") && d.Text.Contains("good-2", StringComparison.Ordinal)), "it comes again");
        await page.GotoAsync("/replays");
        await page.Locator("#replays").GetByText("done").First.WaitForAsync();
        window.Check();
    }

    [Fact]
    public async Task Whoever_is_signed_out_comes_back_only_with_the_password_and_a_link_works_once()
    {
        await using var window = await bed.OpenAsync(null);
        var page = window.Page;
        await page.GotoAsync(bed.Invitation);
        await page.GetByRole(AriaRole.Heading, new() { Name = "This link is used up" }).WaitForAsync();
        await page.GotoAsync("/events");
        Assert.EndsWith("/sign-in", page.Url, StringComparison.Ordinal);
        await page.GetByLabel("Name").FillAsync(ConsoleBed.Viewer);
        await page.GetByLabel("Password").FillAsync("not the password");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.GetByText("Name or password are wrong").WaitForAsync();
        Assert.Empty(await ConsoleBed.AxeAsync(page, contrastOnly: false));
        await page.GetByLabel("Name").FillAsync(ConsoleBed.Viewer);
        await page.GetByLabel("Password").FillAsync(ConsoleBed.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Overview" }).WaitForAsync();
        Assert.All(await page.Context.CookiesAsync(), c => Assert.True(c is { HttpOnly: true, SameSite: SameSiteAttribute.Strict }, c.Name));
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.GetByText("You are signed out.").WaitForAsync();
        await page.GotoAsync("/events");
        Assert.EndsWith("/sign-in", page.Url, StringComparison.Ordinal);
        window.Check();
    }

    [Theory]
    [InlineData("/failures/act", "operate", "group", "none", "act", "retry-all")]
    [InlineData("/failures/act", "operate", "group", "none", "act", "discard-all", "reason", "r")]
    [InlineData("/failures/mark", "operate", "group", "none", "act", "note", "note", "n")]
    [InlineData("/failures/mark", "operate", "group", "none", "act", "silence")]
    [InlineData("/workflows/cancel", "operate", "run", "none", "reason", "r")]
    [InlineData("/endpoints/change", "operate", "endpoint", "practice", "state", "enabled")]
    [InlineData("/endpoints/test", "operate", "endpoint", "practice")]
    [InlineData("/queues/prune", "administer", "thing", "queue none.0")]
    [InlineData("/alerts/acknowledge", "operate", "alert", "0")]
    [InlineData("/alerts/snooze", "operate", "snooze", "0:60")]
    [InlineData("/hosts/forget", "operate", "host", "none")]
    [InlineData("/endpoints/add", "administer", "endpoint", "none", "Url", "http://10.0.0.1/", "Events", "#")]
    [InlineData("/endpoints/edit", "administer", "endpoint", "registry", "MaxRate", "50")]
    [InlineData("/endpoints/rotate", "administer", "endpoint", "registry", "hours", "24")]
    [InlineData("/endpoints/remove", "administer", "endpoint", "none")]
    [InlineData("/replays/change", "operate", "act", "pause:none")]
    [InlineData("/replays/start", "operate", "to_target", "webhooks/practice", "rate", "1", "id", "none")]
    [InlineData("/keys/revoke", "administer", "name", "none")]
    [InlineData("/keys/rotate", "administer", "name", "none", "overlap", "00:00:00")]
    [InlineData("/keys/create", "administer", "name", "matrix", "sources", "canvas", "existing", "the key of the matrix")]
    [InlineData("/users/create", "administer", "name", "eve", "password", "a long password", "role", "viewer")]
    [InlineData("/users/create", "administer", "name", ConsoleBed.Viewer, "role", "viewer")]
    [InlineData("/users/change", "administer", "act", "enable:" + ConsoleBed.Viewer)]
    [InlineData("/sessions/end", "administer", "session", "none")]
    public async Task An_action_is_refused_without_its_permission_without_a_session_and_without_the_forms_token(string path, string permission, params string[] fields)
    {
        var form = fields.Chunk(2).Select(f => (f[0], f[1])).ToArray();
        using var viewer = await ConsoleClient.SignInAsync(bed.Url, ConsoleBed.Viewer);
        Assert.Equal(HttpStatusCode.Forbidden, await viewer.PostAsync(path, form));
        using var operators = await ConsoleClient.SignInAsync(bed.Url, ConsoleBed.Operator);
        Assert.Equal(permission == "operate" ? HttpStatusCode.SeeOther : HttpStatusCode.Forbidden, await operators.PostAsync(path, form));
        using var admin = await ConsoleClient.SignInAsync(bed.Url, ConsoleBed.Admin);
        Assert.Equal(HttpStatusCode.BadRequest, await admin.PostWithAsync("forged", path, form));
        Assert.Equal(HttpStatusCode.SeeOther, await admin.PostAsync(path, form));
        using var nobody = ConsoleClient.Nobody(bed.Url);
        Assert.Equal(HttpStatusCode.Unauthorized, await nobody.PostAsync(path, form));
    }

    [Fact]
    public async Task A_payload_cannot_be_revealed_edited_or_read_in_advance_without_the_permission()
    {
        var group = await bed.FailAsync("masked");
        using var client = await ConsoleClient.SignInAsync(bed.Url, ConsoleBed.Operator);
        var page = await client.GetAsync(group);
        var key = ConsoleClient.Find(page, "/events/([0-9a-f]+)\">masked<");
        var delivery = ConsoleClient.Find(page, "name=\"delivery\" value=\"([0-9]+)\" form=\"act\" aria-label=\"Select masked\"");
        Assert.Equal(HttpStatusCode.Forbidden, await client.PostAsync("/events/reveal", ("key", key), ("reason", "curiosity")));
        Assert.Equal(HttpStatusCode.SeeOther, await client.PostAsync("/failures/review", ("group", group.Split('/')[^1]), ("delivery", delivery), ("data", "{}")));
        Assert.Equal(HttpStatusCode.SeeOther, await client.PostAsync("/failures/edit", ("group", group.Split('/')[^1]), ("delivery", delivery), ("data", "{}")));
        Assert.DoesNotContain(ConsoleBed.Patient, await client.GetAsync($"{group}/{delivery}"), StringComparison.Ordinal);
        Assert.Contains("masked", await client.GetAsync(group), StringComparison.Ordinal);
    }
}
