using EventBus.Operations.Access;
using EventBus.OperatorConsole;
using EventBus.Storage;
using EventBus.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace EventBus.Tests.OperatorConsole;

/// <summary>The Console on PostgreSQL, over a bus on RabbitMQ.</summary>
[Collection(nameof(ConsoleBed))]
public sealed class SharedStorageTests(ConsoleBed bed, RabbitMqFixture broker, PostgresFixture postgres)
{
    [Fact]
    public async Task An_operator_sees_what_fails_and_repairs_it()
    {
        await using var receiver = await Receiver.StartAsync();
        var refuses = true;
        receiver.Answer = (_, context) =>
        {
            context.Response.StatusCode = refuses ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        };
        var settings = await postgres.NewDatabaseAsync();
        await using var host = await BusHost.StartAsync(TestTransport.RabbitMq, broker, b => b.With(settings).WithConsumers().WithArchive().WithConsole().WithEndpoint(0, "sink", receiver.Url, ("Events:0", "#"), ("FinalClientErrors", "true")));
        var (database, url) = (host.Services.GetRequiredService<Database>(), host.Services.GetRequiredService<ConsoleListener>().Address!);
        await new Users(database, TimeProvider.System).CreateAsync(Actor.CommandLine, ConsoleBed.Operator, ConsoleBed.Password, Role.Operator, payloads: false);
        using var sent = await host.PostAsync("/v1/canvas", """{"type":"TASK_CREATED","target":"t-1"}""", "application/json", ("webhook-id", "e-1"));
        Assert.True(sent.IsSuccessStatusCode);

        await using var window = await bed.OpenAsync(null, url: url);
        var page = window.Page;
        await ConsoleBed.SignInAsync(window, ConsoleBed.Operator);

        // It comes by itself, as do the counts.
        await page.GetByRole(AriaRole.Link, new() { NameRegex = new("1 has failed for good", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(10)) }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "HTTP 422" }).ClickAsync();
        refuses = false;
        await page.Locator("summary", new() { HasTextString = "Retry all 1" }).ClickAsync();
        await page.Locator("details[open] button").ClickAsync();
        await page.GetByText("1 to be tried again.").WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "1 tried again" }).ClickAsync();
        await page.Locator("#letters").GetByText("tried again: processed").WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "e-1" }).ClickAsync();
        await page.Locator(".sequence").WaitForAsync();
        await page.GotoAsync("/");
        await page.GetByText("1 in the last hour").WaitForAsync();
        foreach (var path in (string[])["/events?type=canvas.%23&outcome=processed", "/endpoints", "/endpoints/sink", "/replays", "/audit?action=dead&verify=true"])
        {
            Assert.Equal(200, (await page.GotoAsync(path))!.Status);
        }

        await page.GetByText("dead.retry").WaitForAsync();
        await page.GetByText("is whole").WaitForAsync();
        window.Check();
    }
}
