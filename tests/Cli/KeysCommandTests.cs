using System.Diagnostics;
using System.Net;
using EventBus.Tests.Fixtures;

namespace EventBus.Tests.Cli;

public sealed class KeysCommandTests
{
    const string Event = """{"type":"TASK_CREATED"}""";

    [Fact]
    public async Task A_key_is_shown_once_and_its_settings_let_it_in()
    {
        var output = await RunAsync("", "keys", "create", "--name", "canvas-test", "--source", "canvas", "--tenant", "north");
        var key = output.Split('\n').Single(line => line.StartsWith("ebk_", StringComparison.Ordinal));
        var settings = Settings(output);
        Assert.DoesNotContain(settings, s => s.Value!.Contains(key, StringComparison.Ordinal));
        await using var host = await BusHost.StartInMemoryAsync(b => settings.ForEach(s => b.With(s.Key, s.Value)));
        using var with = await host.PostAsync("/v1/canvas", Event, "application/json", ("Authorization", $"Bearer {key}"));
        using var without = await host.PostAsync("/v1/canvas", Event);
        Assert.Equal(HttpStatusCode.Accepted, with.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, without.StatusCode);
    }

    [Fact]
    public async Task Settings_are_added_to_a_file_under_the_next_number()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "A=1");
            await RunAsync("", "keys", "create", "--name", "one", "--source", "canvas", "--env-file", file);
            await RunAsync("", "keys", "create", "--name", "two", "--source", "careportals", "--source", "/own", "--env-file", file);
            var lines = await File.ReadAllLinesAsync(file);
            Assert.Equal("A=1", lines[0]);
            Assert.Contains("EventBus__Keys__0__Name=one", lines);
            Assert.Contains("EventBus__Keys__1__Name=two", lines);
            Assert.Contains("EventBus__Keys__1__Sources__1=/own", lines);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_key_that_exists_is_taken_from_standard_input_and_not_shown()
    {
        var output = await RunAsync("clinic-key-of-the-sender\n", "keys", "create", "--name", "vet", "--source", "smartflowsheet", "--existing");
        Assert.DoesNotContain("clinic-key-of-the-sender", output, StringComparison.Ordinal);
        Assert.Contains(Settings(output), s => s.Value == EventBus.Gateway.Keys.ApiKey.Hash("clinic-key-of-the-sender"));
    }

    static List<KeyValuePair<string, string?>> Settings(string output) =>
    [
        .. output.Split('\n').Where(l => l.StartsWith("EventBus__Keys__", StringComparison.Ordinal)).Select(l => l.Split('=', 2))
            .Select(pair => new KeyValuePair<string, string?>(pair[0].Replace("__", ":", StringComparison.Ordinal), pair[1])),
    ];

    static async Task<string> RunAsync(string input, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "eventbus.dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
