using System.CommandLine;
using System.Globalization;
using EventBus.Delivery;
using EventBus.Operations;
using EventBus.Operations.Access;
using EventBus.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace EventBus.Cli;

/// <summary><c>eventbus endpoints add|edit|rotate|remove</c>: the endpoints that are added at run time.</summary>
static class AddedEndpoints
{
    static readonly Option<string> Url = new("--url") { Description = "Where deliveries are sent: https, and a public address, unless EventBus__Delivery__AllowedNetworks__0 lists its network." };
    static readonly Option<string[]> Events = new("--events") { Description = "A pattern over event types; may be given more than once." };
    static readonly Option<string[]> Settings = new("--set") { Description = "Another setting of docs/deploy.md: Format=native, Headers:X-Api-Key=…; may be given more than once." };
    static readonly Option<string[]> Unset = new("--unset") { Description = "A setting to take away: Tenant." };

    public static Command Add(Argument<string> name) => StoredCommand.Create("add", "Adds one, delivered to within seconds; its secret is shown once.", [name, Url, Events, Settings, StoredCommand.Json], async (parsed, database, cancellationToken) =>
    {
        var settings = Read(parsed).Where(s => s.Value is not null).ToDictionary(s => s.Key, s => s.Value!, StringComparer.OrdinalIgnoreCase);
        var secret = await Desk(database).AddAsync(Actor.CommandLine, parsed.GetValue(name)!, settings, cancellationToken);
        await ShowAsync(parsed, parsed.GetValue(name)!, secret);
        return 0;
    });

    public static Command Edit(Argument<string> name) => StoredCommand.Create("edit", "Changes settings of one that was added; name, consumer and order stay.", [name, Url, Events, Settings, Unset], async (parsed, database, cancellationToken) =>
    {
        await Desk(database).EditAsync(Actor.CommandLine, parsed.GetValue(name)!, Read(parsed), cancellationToken);
        return 0;
    });

    public static Command Rotate(Argument<string> name)
    {
        var overlap = new Option<TimeSpan>("--overlap") { Description = "How long the secret before counts as well, up to 30 days: 1.00:00:00.", DefaultValueFactory = _ => EndpointDesk.Overlap };
        return StoredCommand.Create("rotate", "Gives one that was added a new secret, shown once.", [name, overlap, StoredCommand.Json], async (parsed, database, _) =>
        {
            var secret = await Desk(database).RotateAsync(Actor.CommandLine, parsed.GetValue(name)!, parsed.GetValue(overlap));
            await ShowAsync(parsed, parsed.GetValue(name)!, secret);
            return 0;
        });
    }

    public static Command Remove(Argument<string> name)
    {
        var reason = new Option<string>("--reason") { Description = "Why." };
        return StoredCommand.Create("remove", "Takes away one that was added; what waits for it is discarded.", [name, reason, StoredCommand.Yes], async (parsed, database, cancellationToken) =>
        {
            var endpoint = (await new Endpoints(database, TimeProvider.System).ListAsync(cancellationToken)).FirstOrDefault(e => e.Name == parsed.GetValue(name));
            Terminal.Confirm((int)(endpoint?.Waiting ?? 0), "deliveries that wait are discarded", parsed.GetValue(StoredCommand.Yes));
            await Console.Out.WriteLineAsync($"{await Desk(database).RemoveAsync(Actor.CommandLine, parsed.GetValue(name)!, parsed.GetValue(reason))} discarded.");
            return 0;
        });
    }

    static EndpointDesk Desk(Database database) => new(
        database, new AddressGuard(Options.Create(StoredCommand.Configuration.GetSection("EventBus:Delivery").Get<DeliveryOptions>() ?? new DeliveryOptions())), TimeProvider.System);

    static Dictionary<string, string?> Read(ParseResult parsed)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        if (parsed.GetValue(Url) is { } url)
        {
            settings["Url"] = url;
        }

        foreach (var (pattern, i) in (parsed.GetValue(Events) ?? []).Select((e, i) => (e, i)))
        {
            settings[string.Create(CultureInfo.InvariantCulture, $"Events:{i}")] = pattern;
        }

        foreach (var setting in parsed.GetValue(Settings) ?? [])
        {
            var equals = setting.IndexOf('=', StringComparison.Ordinal);
            settings[equals > 0 ? setting[..equals] : throw new CommandException($"--set {setting} has no value; for example --set Format=native")] = setting[(equals + 1)..];
        }

        foreach (var key in parsed.CommandResult.Command.Options.Contains(Unset) ? parsed.GetValue(Unset) ?? [] : [])
        {
            settings[key] = null;
        }

        return settings;
    }

    static async Task ShowAsync(ParseResult parsed, string name, string secret)
    {
        if (parsed.GetValue(StoredCommand.Json))
        {
            Terminal.Json(new { name, secret });
            return;
        }

        await Console.Out.WriteLineAsync($"The secret of {name}, shown this once: {secret}");
    }
}
