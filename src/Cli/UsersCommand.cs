using System.CommandLine;
using EventBus.Operations.Access;
using Spectre.Console;

namespace EventBus.Cli;

/// <summary><c>eventbus users create|list|permit|disable|enable|password</c>.</summary>
static class UsersCommand
{
    static readonly Argument<string> Name = new("name") { Description = "The account." };
    static readonly Option<Role> RoleOption = new("--role") { Description = "viewer, operator or admin.", DefaultValueFactory = _ => Role.Viewer };
    static readonly Option<bool> Payloads = new("--payloads") { Description = "It may see payloads and subjects, with a reason." };

    public static Command Create() => new("users", "Accounts of the Console.")
    {
        StoredCommand.Create("create", "Makes an account; the password is asked for, or read from standard input.", [Name, RoleOption, Payloads], async (parsed, database, _) =>
        {
            var name = parsed.GetValue(Name)!;
            await new Users(database, TimeProvider.System).CreateAsync(Actor.CommandLine, name, ReadPassword(name), parsed.GetValue(RoleOption), parsed.GetValue(Payloads));
            await Console.Out.WriteLineAsync($"{name} may sign in.");
            return 0;
        }),
        StoredCommand.Create("list", "All accounts.", [StoredCommand.Json], async (parsed, database, cancellationToken) =>
        {
            var users = await new Users(database, TimeProvider.System).ListAsync(cancellationToken);
            return Terminal.List(
                parsed, users,
                ["Name", "Role", "Payloads", "State", "Made", "Last used"],
                u => [u.Name, u.Role, u.Payloads ? "yes" : "no", u.Disabled ? "disabled" : "", Terminal.Time(u.CreatedAt), Terminal.Time(u.UsedAt)]);
        }),
        Change("permit", "Gives an account another role; its sessions end.", [RoleOption, Payloads], (users, name, parsed) => users.PermitAsync(Actor.CommandLine, name, parsed.GetValue(RoleOption), parsed.GetValue(Payloads))),
        Change("disable", "Lets an account sign in no more; its sessions end.", [], (users, name, _) => users.DisableAsync(Actor.CommandLine, name)),
        Change("enable", "Lets an account that was disabled or locked sign in again.", [], (users, name, _) => users.EnableAsync(Actor.CommandLine, name)),
        Change("password", "Gives an account another password, asked for or read from standard input; its sessions end.", [], (users, name, _) => users.SetPasswordAsync(Actor.CommandLine, name, ReadPassword(name))),
    };

    static Command Change(string command, string description, IEnumerable<Option> options, Func<Users, string, ParseResult, Task> change) =>
        StoredCommand.Create(command, description, [Name, .. options], async (parsed, database, _) =>
        {
            await change(new Users(database, TimeProvider.System), parsed.GetValue(Name)!, parsed);
            return 0;
        });

    static string ReadPassword(string name) => Console.IsInputRedirected
        ? Console.In.ReadLine() ?? throw new CommandException("The password is read from standard input, and there is none.")
        : AnsiConsole.Prompt(new TextPrompt<string>($"Password of {name} ({Users.MinPassword} characters or more):").Secret());
}
