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

            // A gateway does not start with two of one name.
            Assert.DoesNotContain("ebk_", await RunAsync(1, "", "keys", "create", "--name", "one", "--source", "canvas", "--env-file", file), StringComparison.Ordinal);
            Assert.Equal(lines, await File.ReadAllLinesAsync(file));
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
        Assert.Contains(Settings(output), s => s.Value == EventBus.Operations.Access.ApiKey.Hash("clinic-key-of-the-sender"));
    }

    [Fact]
    public async Task A_key_in_the_storage_lets_in_at_once_is_rotated_revoked_and_listed()
    {
        using var data = new TempDirectory();
        (string, string)[] settings = [("EventBus__DataDirectory", data.FullName)];
        await using var host = await BusHost.StartInMemoryAsync(b => b.With("EventBus:DataDirectory", data.FullName));
        async Task<HttpStatusCode> SendAsync(string? key)
        {
            using var response = key is null ? await host.PostAsync("/v1/canvas", Event) : await host.PostAsync("/v1/canvas", Event, "application/json", ("Authorization", $"Bearer {key}"));
            return response.StatusCode;
        }

        async Task<string> KeyAsync(params string[] arguments)
        {
            var (code, output, error) = await CommandLine.RunAsync(settings, ["keys", .. arguments]);
            Assert.True(code == 0, error);
            return output.Split('\n').Single(line => line.StartsWith("ebk_", StringComparison.Ordinal));
        }

        Assert.Equal(HttpStatusCode.Accepted, await SendAsync(null));
        var first = await KeyAsync("create", "--name", "sender", "--source", "canvas", "--tenant", "north", "--stored");
        await Eventually.TrueAsync(async () => await SendAsync(null) == HttpStatusCode.Unauthorized, "from the first key on every sender needs one");
        Assert.Equal(HttpStatusCode.Accepted, await SendAsync(first));
        Assert.Equal(1, (await CommandLine.RunAsync(settings, "keys", "create", "--name", "sender", "--source", "canvas", "--stored")).Code);
        var second = await KeyAsync("rotate", "sender", "--overlap", "00:00:00");
        await Eventually.TrueAsync(async () => await SendAsync(second) == HttpStatusCode.Accepted, "the other key lets in");
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(first));
        Assert.Equal(0, (await CommandLine.RunAsync(settings, "keys", "revoke", "sender", "--reason", "a test")).Code);
        await Eventually.TrueAsync(async () => await SendAsync(second) == HttpStatusCode.Unauthorized, "it lets in no more");

        // Without a key that counts the gateway does not fall open again.
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(null));
        Assert.Equal(1, (await CommandLine.RunAsync(settings, "keys", "rotate", "sender")).Code);
        var (_, listed, _) = await CommandLine.RunAsync(settings, "keys", "list", "--json");
        Assert.Equal("sender", System.Text.Json.JsonElement.Parse(listed)[0].GetProperty("name").GetString());
        Assert.DoesNotContain("sha256", listed, StringComparison.Ordinal);
    }

    static List<KeyValuePair<string, string?>> Settings(string output) =>
    [
        .. output.Split('\n').Where(l => l.StartsWith("EventBus__Keys__", StringComparison.Ordinal)).Select(l => l.Split('=', 2))
            .Select(pair => new KeyValuePair<string, string?>(pair[0].Replace("__", ":", StringComparison.Ordinal), pair[1])),
    ];

    static Task<string> RunAsync(string input, params string[] arguments) => RunAsync(0, input, arguments);

    static async Task<string> RunAsync(int exitCode, string input, params string[] arguments)
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
        Assert.Equal(exitCode, process.ExitCode);
        return output;
    }
}
