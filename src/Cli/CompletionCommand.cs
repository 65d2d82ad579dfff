using System.CommandLine;

namespace EventBus.Cli;

/// <summary><c>eventbus completion bash|zsh|fish</c>: a script by which the shell asks the command line itself what can follow.</summary>
static class CompletionCommand
{
    const string Bash = """
        # source <(eventbus completion bash)
        _eventbus() {
          local IFS=$'\n'
          COMPREPLY=($(compgen -W "$(eventbus "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _eventbus eventbus
        """;

    const string Zsh = """
        # source <(eventbus completion zsh)
        _eventbus() {
          local line="${(j: :)words[1,CURRENT]}"
          local -a found
          found=(${(f)"$(eventbus "[suggest:${#line}]" "$line" 2>/dev/null)"})
          compadd -- $found || _files
        }
        compdef _eventbus eventbus
        """;

    const string Fish = """
        # eventbus completion fish | source
        function __eventbus
            set -l line (commandline -cp)
            eventbus "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c eventbus -a '(__eventbus)'
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Writes a script that completes commands and options in a shell: source <(eventbus completion bash).") { shell };
        command.SetAction(parsed => Console.Out.WriteLine(parsed.GetValue(shell) switch { "zsh" => Zsh, "fish" => Fish, _ => Bash }));
        return command;
    }
}
