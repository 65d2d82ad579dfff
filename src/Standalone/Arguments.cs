using Microsoft.Extensions.Options;

namespace EventBus.Standalone;

/// <summary>The command line: <c>--demo</c>, and settings. What is neither would be left unread without a word.</summary>
static class Arguments
{
    const string Known = "it takes --demo, --urls http://127.0.0.1:8080, and settings such as --EventBus:DataDirectory=/var/lib/eventbus (docs/deploy.md)";

    /// <summary>The settings among the arguments.</summary>
    /// <exception cref="OptionsValidationException">An argument is neither a setting with a value nor <c>--demo</c>.</exception>
    public static (bool Demo, string[] Settings) Read(string[] args)
    {
        string[] settings = [.. args.Where(a => a != "--demo")];
        for (var i = 0; i < settings.Length; i++)
        {
            if (settings[i].Contains('=', StringComparison.Ordinal))
            {
                continue;
            }

            if (settings[i].StartsWith("--", StringComparison.Ordinal) && settings.ElementAtOrDefault(i + 1) is { } value && !value.StartsWith("--", StringComparison.Ordinal))
            {
                i++;
                continue;
            }

            throw new OptionsValidationException(nameof(Arguments), typeof(Arguments), [$"{settings[i]} is no setting with a value: {Known}"]);
        }

        return (settings.Length < args.Length, settings);
    }
}
