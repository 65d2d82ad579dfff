using System.CommandLine;
using EventBus.Operations;
using EventBus.Operations.Access;

namespace EventBus.Cli;

/// <summary><c>eventbus dead note|assign|silence|unsilence</c>: what operators say of dead letters with one cause.</summary>
static class MarkCommands
{
    static readonly Argument<string> Group = new("group") { Description = "The group, as groups shows it." };

    public static Command Note()
    {
        var note = new Argument<string>("note") { Description = "For everybody who looks at it; nothing of a patient. '' takes it away." };
        return Create("note", "Leaves a note for others.", [note], (marks, group, parsed) => marks.NoteAsync(Actor.CommandLine, group, parsed.GetValue(note)));
    }

    public static Command Assign()
    {
        var account = new Argument<string>("account") { Description = "The account that looks after it; '' is nobody." };
        return Create("assign", "Says who looks after it.", [account], (marks, group, parsed) => marks.AssignAsync(Actor.CommandLine, group, parsed.GetValue(account)));
    }

    public static Command Silence()
    {
        var length = new Option<TimeSpan?>("--for") { Description = "For how long: 08:00:00, 7.00:00:00. Without it: until more of them wait for a decision than now." };
        return Create("silence", "Keeps it from being a cause for alarm.", [length], (marks, group, parsed) => marks.SilenceAsync(Actor.CommandLine, group, parsed.GetValue(length)));
    }

    public static Command Unsilence() => Create("unsilence", "Lets it be a cause for alarm again.", [], (marks, group, _) => marks.UnsilenceAsync(Actor.CommandLine, group));

    static Command Create(string name, string description, IEnumerable<Symbol> symbols, Func<FailureMarks, string, ParseResult, Task> mark) =>
        StoredCommand.Create(name, description, [Group, .. symbols], async (parsed, database, _) =>
        {
            await mark(new FailureMarks(database, TimeProvider.System), parsed.GetValue(Group)!, parsed);
            return 0;
        });
}
