using System.CommandLine;
using System.Text;
using EventBus.Operations;
using EventBus.Operations.Access;

namespace EventBus.Cli;

/// <summary><c>eventbus dead groups|list|show|retry|edit|discard|note|assign|silence|unsilence</c>.</summary>
static class DeadCommand
{
    static readonly Argument<long> Letter = new("delivery") { Description = "The dead letter's number, as list shows it." };
    static readonly Argument<long?> Some = new("delivery") { Description = "One dead letter; or select with options.", DefaultValueFactory = _ => null };
    static readonly Option<string?> Group = new("--group") { Description = "Those with one cause, as groups shows it." };
    static readonly Option<string?> Consumer = new("--consumer") { Description = "Those of a consumer." };
    static readonly Option<string?> Endpoint = new("--endpoint") { Description = "Those of an endpoint." };
    static readonly Option<bool> All = new("--all") { Description = "All of them." };

    public static Command Create() => new("dead", "Dead letters: what failed for good, and what to do about it.") { Groups(), List(), Show(), Retry(), Edit(), Discard(), MarkCommands.Note(), MarkCommands.Assign(), MarkCommands.Silence(), MarkCommands.Unsilence() };

    static Command Groups() => StoredCommand.Create("groups", "Those that wait for a decision, by cause.", [StoredCommand.Json], async (parsed, database, cancellationToken) =>
    {
        var groups = await new DeadLetterDesk(database, TimeProvider.System).GroupsAsync(cancellationToken);
        if (parsed.GetValue(StoredCommand.Json))
        {
            Terminal.Json(groups);
            return 0;
        }

        var now = DateTimeOffset.UtcNow;
        Terminal.Table(
            ["Group", "Consumer", "Endpoint", "Cause", "Count", "Last", "Assigned", "Note"],
            groups.Select(g => (object?[])[g.CauseGroup, g.Consumer, g.Endpoint, g.Cause, g.Count, Terminal.Time(g.LastDiedAt), g.AssignedTo, $"{(g.IsSilent(now) ? "(silenced) " : "")}{g.Note}"]));
        return 0;
    });

    static Command List()
    {
        var state = new Option<string?>("--state") { Description = "dead (unless given), retry, retried or discarded." };
        var limit = new Option<int>("--limit") { Description = "At most so many.", DefaultValueFactory = _ => 50 };
        var before = new Option<long?>("--before") { Description = "The next page: the number of the last one of the page before." };
        return StoredCommand.Create("list", "The newest first.", [Group, Consumer, Endpoint, state, limit, before, StoredCommand.Json], async (parsed, database, cancellationToken) =>
        {
            var filter = new DeadLetterFilter(null, parsed.GetValue(Group), parsed.GetValue(Consumer), parsed.GetValue(Endpoint), parsed.GetValue(state) ?? "dead");
            var letters = await new DeadLetterDesk(database, TimeProvider.System).ListAsync(filter, parsed.GetValue(before), Math.Clamp(parsed.GetValue(limit), 1, 1000), cancellationToken);
            return Terminal.List(
                parsed, letters,
                ["Delivery", "Died", "Consumer", "Endpoint", "Event", "Type", "Cause", "Attempts", "State"],
                l => [l.Delivery, Terminal.Time(l.DiedAt), l.Consumer, l.Endpoint, l.EventId, l.Type, l.Cause, l.Attempts, l.State]);
        });
    }

    static Command Show()
    {
        var payload = new Option<bool>("--payload") { Description = "Write what a retry would send, patient data included, and nothing else." };
        var reason = new Option<string?>("--reason") { Description = "Why the payload is looked at; it is noted in the audit log." };
        return StoredCommand.Create("show", "One dead letter.", [Letter, payload, reason, StoredCommand.Json], async (parsed, database, cancellationToken) =>
        {
            var desk = new DeadLetterDesk(database, TimeProvider.System);
            if (parsed.GetValue(payload))
            {
                var body = await desk.RevealAsync(Actor.CommandLine, parsed.GetValue(Letter), parsed.GetValue(reason) ?? "", cancellationToken) ?? throw None();
                await Console.Out.WriteLineAsync(Encoding.UTF8.GetString(body));
                return 0;
            }

            var letter = (await desk.ListAsync(new DeadLetterFilter(parsed.GetValue(Letter)), null, 1, cancellationToken)) is [var found] ? found : throw None();
            if (parsed.GetValue(StoredCommand.Json))
            {
                Terminal.Json(letter);
                return 0;
            }

            Terminal.Table(["", ""], (object?[][])
            [
                ["Event", letter.EventId], ["Type", letter.Type], ["Consumer", letter.Consumer], ["Endpoint", letter.Endpoint], ["Cause", letter.Cause], ["Exception", letter.Exception], ["At", letter.Frame],
                ["Attempts", letter.Attempts], ["Died", Terminal.Time(letter.DiedAt)], ["State", letter.State], ["Reason", letter.Reason], ["Edited", letter.Edited ? "yes" : "no"],
            ]);
            await Console.Out.WriteLineAsync($"Its way: eventbus events show {letter.EventId}");
            return 0;
        });
    }

    static Command Retry() => StoredCommand.Create("retry", "Tries again, behind the later events of each subject.", [Some, Group, Consumer, Endpoint, All, StoredCommand.Yes], async (parsed, database, cancellationToken) =>
    {
        var desk = new DeadLetterDesk(database, TimeProvider.System);
        var filter = await SelectAsync(parsed, desk, "dead letters are tried again", cancellationToken);
        await Console.Out.WriteLineAsync($"{await desk.RetryAsync(Actor.CommandLine, filter)} to be tried again.");
        return 0;
    });

    static Command Edit()
    {
        var file = new Option<FileInfo>("--file") { Description = "The whole event as it is to be sent: what show --payload wrote, with other data.", Required = true };
        return StoredCommand.Create("edit", "Tries one again with other data; what came is kept.", [Letter, file], async (parsed, database, cancellationToken) =>
        {
            var body = parsed.GetValue(file)!;
            if (!body.Exists)
            {
                throw new CommandException($"There is no file {body.FullName}.");
            }

            await new DeadLetterDesk(database, TimeProvider.System).EditAndRetryAsync(Actor.CommandLine, parsed.GetValue(Letter), await File.ReadAllBytesAsync(body.FullName, cancellationToken));
            await Console.Out.WriteLineAsync("1 to be tried again.");
            return 0;
        });
    }

    static Command Discard()
    {
        var reason = new Option<string>("--reason") { Description = "Why.", Required = true };
        return StoredCommand.Create("discard", "Gives up, with a reason.", [Some, Group, Consumer, Endpoint, All, reason, StoredCommand.Yes], async (parsed, database, cancellationToken) =>
        {
            var desk = new DeadLetterDesk(database, TimeProvider.System);
            var filter = await SelectAsync(parsed, desk, "dead letters are given up", cancellationToken);
            await Console.Out.WriteLineAsync($"{await desk.DiscardAsync(Actor.CommandLine, filter, parsed.GetValue(reason)!)} discarded.");
            return 0;
        });
    }

    /// <summary>What the options select, after a question where it is more than one.</summary>
    static async Task<DeadLetterFilter> SelectAsync(ParseResult parsed, DeadLetterDesk desk, string what, CancellationToken cancellationToken)
    {
        var filter = new DeadLetterFilter(parsed.GetValue(Some), parsed.GetValue(Group), parsed.GetValue(Consumer), parsed.GetValue(Endpoint), "dead");
        if (filter == new DeadLetterFilter(State: "dead") && !parsed.GetValue(All))
        {
            throw new CommandException("Which? Give a number, --group, --consumer, --endpoint, or --all.");
        }

        Terminal.Confirm(await desk.CountAsync(filter, cancellationToken), what, parsed.GetValue(StoredCommand.Yes));
        return filter;
    }

    static CommandException None() => new("There is no such dead letter; eventbus dead list shows them.");
}
