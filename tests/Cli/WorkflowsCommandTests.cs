using System.Text.Json;
using EventBus.Tests.Contracts;
using EventBus.Tests.Fixtures;

namespace EventBus.Tests.Cli;

/// <summary>Workflows from the command line.</summary>
public sealed class WorkflowsCommandTests
{
    [Fact]
    public async Task Check_says_what_is_right_and_everything_that_is_wrong()
    {
        var (code, output, _) = await CommandLine.RunAsync([], "workflows", "check", Repository.PathTo("deploy/workflows"));
        Assert.Equal(0, code);
        Assert.Contains("welcome, started by careportals.patient.signup; sends to patient-messages", output, StringComparison.Ordinal);

        using var files = new TempDirectory();
        var file = Path.Combine(files.FullName, "w.yaml");
        await File.WriteAllTextAsync(file, "name: w\nwhen: {events: [a..b]}\nthen: [{wait: {for: soon}}]", TestContext.Current.CancellationToken);
        (code, _, var error) = await CommandLine.RunAsync([], "workflows", "check", file, Repository.PathTo("deploy/workflows/welcome.yaml"));
        Assert.Equal(1, code);
        Assert.Contains("w.yaml: when.events[0] is no pattern", error, StringComparison.Ordinal);
        Assert.Contains("w.yaml: then[0].wait.for is not a time", error, StringComparison.Ordinal);
        Assert.Equal(1, (await CommandLine.RunAsync([], "workflows", "check", "/nowhere")).Code);
    }

    [Fact]
    public async Task An_operator_lists_runs_sees_one_step_by_step_and_cancels_it()
    {
        using var data = new TempDirectory();
        using var files = new TempDirectory();
        await File.WriteAllTextAsync(Path.Combine(files.FullName, "w.yaml"), "name: w\nwhen: {events: [careportals.order.created]}\nthen: [{wait: {for: 1d}}, {end: never}]", TestContext.Current.CancellationToken);
        (string, string)[] settings = [("EventBus__DataDirectory", data.FullName)];
        await using var host = await BusHost.StartInMemoryAsync(b => b.With("EventBus:DataDirectory", data.FullName).With("EventBus:Workflows:Directory", files.FullName).WithWorkflows());
        using var response = await host.PostAsync("/v1/careportals/order.created", """{"_id":"o1","customer":{"_id":"private-patient"}}""");
        Assert.True(response.IsSuccessStatusCode);

        var run = "";
        await Eventually.TrueAsync(
            async () =>
            {
                var runs = await JsonAsync(settings, "list", "--workflow", "w", "--status", "waiting", "--json");
                run = runs.GetArrayLength() == 1 ? runs[0].GetProperty("run").GetString()! : "";
                return run.Length > 0;
            },
            "the run waits");
        var shown = await JsonAsync(settings, "show", run, "--json");
        Assert.Equal(("waiting", "then[0]", "begun"), (shown.GetProperty("status").GetString(), shown.GetProperty("at").GetString(), shown.GetProperty("steps")[0].GetProperty("state").GetString()));
        var (code, text, _) = await CommandLine.RunAsync(settings, "workflows", "show", run);
        Assert.Equal(0, code);
        Assert.Contains("then[0]", text, StringComparison.Ordinal);
        Assert.DoesNotContain("private-patient", text + shown.GetRawText(), StringComparison.Ordinal);

        Assert.NotEqual(0, (await CommandLine.RunAsync(settings, "workflows", "cancel", run)).Code);
        (code, text, _) = await CommandLine.RunAsync(settings, "workflows", "cancel", run, "--reason", "a test");
        Assert.Equal((0, "Canceled."), (code, text.Trim()));
        Assert.Equal(1, (await CommandLine.RunAsync(settings, "workflows", "cancel", run, "--reason", "a test")).Code);
        Assert.Equal("a test", (await JsonAsync(settings, "show", run, "--json")).GetProperty("reason").GetString());
        Assert.Equal(1, (await CommandLine.RunAsync(settings, "workflows", "show", "nothing")).Code);
        Assert.Equal(0, (await JsonAsync(settings, "list", "--subject", "another", "--json")).GetArrayLength());
    }

    static async Task<JsonElement> JsonAsync((string, string)[] settings, params string[] arguments)
    {
        var (code, output, error) = await CommandLine.RunAsync(settings, ["workflows", .. arguments]);
        Assert.True(code == 0, error);
        return JsonElement.Parse(output);
    }
}
