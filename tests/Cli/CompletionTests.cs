using System.Diagnostics;

namespace EventBus.Tests.Cli;

/// <summary>What a shell completes, with the script that the command line writes for it.</summary>
public sealed class CompletionTests
{
    [Theory]
    [InlineData("eventbus dea", "dead")]
    [InlineData("eventbus topology ", "prune show")]
    [InlineData("eventbus queues list --js", "--json")]
    [InlineData("eventbus completion z", "zsh")]
    public async Task Bash_completes_commands_options_and_values(string line, string expected)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "eventbus.dll");
        var script = $$"""
            eventbus() { dotnet '{{program}}' "$@"; }
            source <(eventbus completion bash)
            COMP_LINE='{{line}}'; COMP_POINT=${#COMP_LINE}
            COMP_WORDS=($COMP_LINE); [[ $COMP_LINE == *' ' ]] && COMP_WORDS+=('')
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _eventbus
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", script]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        var found = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(expected.Split(' '), word => Assert.Contains(word, found));
        Assert.All(found, word => Assert.StartsWith(line[(line.LastIndexOf(' ') + 1)..], word, StringComparison.Ordinal));
    }

    [Fact]
    public async Task There_is_a_script_for_each_shell_and_none_for_others()
    {
        Assert.Contains("compdef _eventbus eventbus", (await CommandLine.RunAsync([], "completion", "zsh")).Output, StringComparison.Ordinal);
        Assert.Contains("complete -c eventbus", (await CommandLine.RunAsync([], "completion", "fish")).Output, StringComparison.Ordinal);
        Assert.NotEqual(0, (await CommandLine.RunAsync([], "completion", "csh")).Code);
    }
}
