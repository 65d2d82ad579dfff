using System.Text.Json;
using EventBus.Contracts;

namespace EventBus.Consumers.CommandLifecycle;

/// <summary>
/// Reads a command's history: everything that is known of it, in the order of acceptance, whenever it came. What comes late is put where it belongs, and the story is
/// read anew.
/// </summary>
sealed class CommandStory
{
    readonly List<Occurrence> _occurrences = [];
    readonly List<Finding> _findings = [];
    readonly Dictionary<string, int> _irregular = new(StringComparer.Ordinal);

    CommandStory(CommandRecord record) => Record = record;

    /// <summary>How the command stands.</summary>
    public CommandRecord Record { get; private set; }

    /// <summary>What follows from it by now.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>When something more follows from it, if nothing happens until then.</summary>
    public DateTimeOffset? Next { get; private set; }

    /// <summary>Reads a history.</summary>
    /// <param name="command">Whose it is: id, tenant, source, subject.</param>
    /// <param name="steps">What happened, in the order of acceptance, without what was announced and then refused.</param>
    /// <param name="limits">How long things may take.</param>
    /// <param name="now">The time.</param>
    public static CommandStory Read(CommandRecord command, IEnumerable<CommandStep> steps, CommandLifecycleOptions limits, DateTimeOffset now)
    {
        var story = new CommandStory(command with { Status = CommandStatus.Announced, OriginatedAt = null, CommittedAt = null, Edits = 0, Fields = null });
        foreach (var step in steps)
        {
            story.Add(step);
        }

        story.MatchPhases();
        foreach (var occurrence in story._occurrences.Where(o => o.Phase == CommandPhase.Post))
        {
            story.Happen(occurrence);
        }

        story.FindStalled(limits, now);
        return story;
    }

    /// <summary>The generic and the specific event of one occurrence are one: the first generic one goes with the first specific one of the same phase and action, and so on.</summary>
    void Add(CommandStep step)
    {
        var said = step.Said;
        Record = Record with { Command = said.IsGeneric ? Record.Command : said.Command, Note = said.Note ?? Record.Note, Patient = said.Patient ?? Record.Patient };
        var other = _occurrences.Find(o => o.Phase == said.Phase && o.Action == said.Action && (said.IsGeneric ? !o.HasGeneric : !o.HasSpecific));
        if (other is null)
        {
            other = new Occurrence(said.Phase, said.Action, DateTimeOffset.FromUnixTimeMilliseconds(step.At), _occurrences.Count(o => o.Phase == said.Phase && o.Action == said.Action) + 1);
            _occurrences.Add(other);
        }

        other.HasGeneric |= said.IsGeneric;
        other.HasSpecific |= !said.IsGeneric;
        other.Fields = said.Fields ?? other.Fields;
    }

    /// <summary>What was announced goes with what happened: the latest before it, else one that came behind it.</summary>
    void MatchPhases()
    {
        for (var i = 0; i < _occurrences.Count; i++)
        {
            var post = _occurrences[i];
            if (post.Phase != CommandPhase.Post)
            {
                continue;
            }

            var pre = _occurrences.FindLastIndex(i, o => IsOpen(o, post));
            post.IsExpected = _occurrences.Take(i).Any(o => o.Phase == CommandPhase.Pre);
            pre = pre >= 0 ? pre : _occurrences.FindIndex(i, o => IsOpen(o, post));
            if (pre >= 0)
            {
                _occurrences[pre].IsMatched = true;
                post.IsMatched = true;
            }
        }

        static bool IsOpen(Occurrence pre, Occurrence post) => pre is { Phase: CommandPhase.Pre, IsMatched: false } && pre.Action == post.Action;
    }

    void Happen(Occurrence what)
    {
        if (what is { IsExpected: true, IsMatched: false })
        {
            Irregular("unannounced", what, $"{what.Action} has happened without having been announced, as other actions of this command were");
        }

        switch (Record.Status)
        {
            case CommandStatus.Deleted:
                Irregular("after_delete", what, $"{what.Action} after the command was deleted");
                return;
            case CommandStatus.EnteredInError:
                Irregular("after_enter_in_error", what, $"{what.Action} after the command was entered in error");
                return;
            case CommandStatus.Committed when what.Action is "originate" or "update" or "commit" or "delete":
                Irregular("after_commit", what, $"{what.Action} after the command was committed");
                return;
            case CommandStatus.Originated when what.Action == "originate":
                Irregular("again", what, "originated twice");
                return;
            case CommandStatus.Announced or CommandStatus.Originated when what.Action == "enter_in_error":
                Irregular("before_commit", what, "entered in error without having been committed");
                break;
        }

        Record = what.Action switch
        {
            "originate" => Record with { Status = CommandStatus.Originated, OriginatedAt = what.At, Fields = what.Fields ?? Record.Fields },
            "update" => Record with { Status = CommandStatus.Originated, Edits = Record.Edits + 1, Fields = what.Fields ?? Record.Fields },
            "commit" => Record with { Status = CommandStatus.Committed, CommittedAt = what.At, Fields = what.Fields ?? Record.Fields },
            "delete" => Record with { Status = CommandStatus.Deleted },
            "enter_in_error" => Record with { Status = CommandStatus.EnteredInError },
            _ => Record,
        };
        if (what.Action == "commit")
        {
            _findings.Add(new Finding(FindingKind.Completed, "completed", what.Action, what.At, "committed"));
        }
    }

    void Irregular(string what, Occurrence occurrence, string reason)
    {
        var number = _irregular[what] = _irregular.GetValueOrDefault(what) + 1;
        _findings.Add(new Finding(FindingKind.Irregular, $"irregular.{what}.{occurrence.Action}.{number}", occurrence.Action, occurrence.At, reason));
    }

    void FindStalled(CommandLifecycleOptions limits, DateTimeOffset now)
    {
        foreach (var pre in _occurrences.Where(o => o is { Phase: CommandPhase.Pre, IsMatched: false }))
        {
            Stalls(pre.At + limits.LimitOf(pre.Action), now, new Finding(FindingKind.Stalled, $"stalled.{pre.Action}.{pre.Number}", pre.Action, pre.At, $"{pre.Action} was announced, and has not happened"));
        }

        if (Record is { Status: CommandStatus.Originated, OriginatedAt: { } originated })
        {
            Stalls(originated + limits.OpenLimit, now, new Finding(FindingKind.Stalled, "stalled.open", "originate", originated, "neither committed nor deleted"));
        }
    }

    void Stalls(DateTimeOffset due, DateTimeOffset now, Finding finding)
    {
        if (due <= now)
        {
            _findings.Add(finding);
        }
        else if (Next is null || due < Next)
        {
            Next = due;
        }
    }

    /// <summary>Something that happened, or was about to.</summary>
    sealed class Occurrence(CommandPhase phase, string action, DateTimeOffset at, int number)
    {
        public CommandPhase Phase => phase;

        public string Action => action;

        public DateTimeOffset At => at;

        /// <summary>The how many-th of its phase and action.</summary>
        public int Number => number;

        public bool HasGeneric { get; set; }

        public bool HasSpecific { get; set; }

        public JsonElement? Fields { get; set; }

        /// <summary>Whether what was announced happened, or what happened was announced.</summary>
        public bool IsMatched { get; set; }

        /// <summary>Whether this sender announces what it does to this command.</summary>
        public bool IsExpected { get; set; }
    }
}
