using System.Collections;
using System.CommandLine;
using System.Text.RegularExpressions;
using EventBus.Operations.Access;

namespace EventBus.Cli;

/// <summary><c>eventbus keys create|list|rotate|revoke</c>: publishers' keys, in settings or in the storage.</summary>
static partial class KeysCommand
{
    public static Command Create() => new("keys", "Publishers' keys.") { CreateCommand(), StoredKeyCommands.List(), StoredKeyCommands.Rotate(), StoredKeyCommands.Revoke() };

    static Command CreateCommand()
    {
        var name = new Option<string>("--name") { Description = "Whose key it is, for instance canvas-production.", Required = true };
        var source = new Option<string[]>("--source") { Description = "A source it may send for: canvas, careportals, smartflowsheet, a CloudEvents source, or *. Can be given more than once.", Required = true };
        var tenant = new Option<string?>("--tenant") { Description = "The clinic or instance that its events belong to." };
        var existing = new Option<bool>("--existing") { Description = "Take a key that exists already (a clinicApiKey, for instance) from standard input, instead of making one." };
        var envFile = new Option<FileInfo?>("--env-file") { Description = "Append the settings to this file as well, for instance .env." };
        var stored = new Option<bool>("--stored") { Description = "Keep it in the storage, where gateways know it within two seconds, instead of printing settings." };
        foreach (var option in (Option[])[name, source, tenant])
        {
            option.Validators.Add(result =>
            {
                // In an .env file and in a shell these need no quotes, so that the settings can be pasted into both.
                if (result.Tokens.FirstOrDefault(t => !Value().IsMatch(t.Value)) is { } token)
                {
                    result.AddError($"{option.Name}: '{token.Value}' has characters other than letters, digits and . _ - / : * @");
                }
            });
        }

        var command = new Command("create", "Makes a key, shows it once, and prints the settings that let it in, or keeps it in the storage. Only its hash is stored.") { name, source, tenant, existing, envFile, stored };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var key = parsed.GetValue(existing) ? (await Console.In.ReadLineAsync(cancellationToken))?.Trim() : ApiKey.Create();
            if (string.IsNullOrEmpty(key))
            {
                await Console.Error.WriteLineAsync("There is no key on standard input. For example: eventbus keys create --name clinic --source smartflowsheet --existing < key.txt");
                return 1;
            }

            if (parsed.GetValue(stored))
            {
                return await StoredKeyCommands.CreateAsync(
                    parsed, parsed.GetValue(name)!, parsed.GetValue(source)!, parsed.GetValue(tenant), parsed.GetValue(existing) ? key : null, cancellationToken);
            }

            var file = parsed.GetValue(envFile);
            if (Named(file).Contains(parsed.GetValue(name)!, StringComparer.Ordinal))
            {
                await Console.Error.WriteLineAsync($"{file!.Name} has a key named {parsed.GetValue(name)} already, and a gateway does not start with two. Name this one otherwise, or take that one's lines out of the file.");
                return 1;
            }

            var settings = Settings(NextIndex(file), parsed.GetValue(name)!, ApiKey.Hash(key), parsed.GetValue(source)!, parsed.GetValue(tenant));
            if (!parsed.GetValue(existing))
            {
                await Console.Out.WriteLineAsync($"Key (shown this once; give it to the sender, who sends it as Authorization: Bearer <key>):\n\n{key}\n");
            }

            await Console.Out.WriteLineAsync($"Settings of the gateway:\n\n{string.Join('\n', settings)}\n");
            if (file is not null)
            {
                var gap = file is { Exists: true, Length: > 0 } && !(await File.ReadAllTextAsync(file.FullName, cancellationToken)).EndsWith('\n') ? "\n" : "";
                await File.AppendAllTextAsync(file.FullName, $"{gap}{string.Join('\n', settings)}\n", cancellationToken);
                await Console.Out.WriteLineAsync($"The settings were added to {file.Name}. Restart the gateway to let the key in.");
            }

            return 0;
        });
        return command;
    }

    static List<string> Settings(int index, string name, string hash, string[] sources, string? tenant)
    {
        var prefix = $"EventBus__Keys__{index}__";
        List<string> settings = [$"{prefix}Name={name}", $"{prefix}Hash={hash}", .. sources.Select((s, i) => $"{prefix}Sources__{i}={s}")];
        if (tenant is not null)
        {
            settings.Add($"{prefix}Tenant={tenant}");
        }

        return settings;
    }

    /// <summary>The names of the keys that the file lets in.</summary>
    static IEnumerable<string> Named(FileInfo? file) => file is not { Exists: true } ? []
        : File.ReadLines(file.FullName).Select(l => KeyName().Match(l)).Where(m => m.Success).Select(m => m.Groups["name"].Value);

    /// <summary>The first number behind those that the environment and the file use.</summary>
    static int NextIndex(FileInfo? file)
    {
        var lines = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(e => (string)e.Key);
        if (file is { Exists: true })
        {
            lines = lines.Concat(File.ReadLines(file.FullName));
        }

        return lines.Select(l => Setting().Match(l)).Where(m => m.Success).Select(m => int.Parse(m.Groups["index"].Value) + 1).DefaultIfEmpty(0).Max();
    }

    [GeneratedRegex("^[A-Za-z0-9._/:*@-]+$", RegexOptions.None, 1000)]
    private static partial Regex Value();

    [GeneratedRegex(@"^\s*EventBus__Keys__\d{1,6}__Name=(?<name>[A-Za-z0-9._/:*@-]+)\s*$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex KeyName();

    [GeneratedRegex(@"^\s*EventBus__Keys__(?<index>\d{1,6})__", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Setting();
}
