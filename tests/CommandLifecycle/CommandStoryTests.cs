using EventBus.Consumers.CommandLifecycle;
using EventBus.Contracts;
using EventBus.Tests.Fixtures;
using FsCheck;
using FsCheck.Fluent;

namespace EventBus.Tests.CommandLifecycle;

/// <summary>What a command's history says.</summary>
public sealed class CommandStoryTests
{
    static readonly DateTimeOffset Start = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);
    static readonly CommandLifecycleOptions Limits = new();

    /// <summary>Steps are written as Canvas names them: <c>generic post commit</c>, <c>specific pre update</c>; a second lies between them.</summary>
    [Theory]
    [InlineData("specific post originate, specific post update, specific post commit", "Committed", 1, "completed")]
    [InlineData("generic post originate, generic post update, generic post update, generic post commit", "Committed", 2, "completed")]
    [InlineData("generic post originate, specific post originate, generic post update, specific post update, generic post commit, specific post commit", "Committed", 1, "completed")]
    [InlineData("specific post originate, generic post originate, specific post update, specific post update, generic post update, generic post commit", "Committed", 2, "completed")]
    [InlineData("specific pre originate, specific post originate, specific pre commit, specific post commit", "Committed", 0, "completed")]
    [InlineData("specific post commit", "Committed", 0, "completed")]
    [InlineData("specific post originate, specific post delete", "Deleted", 0, "")]
    [InlineData("specific post originate, specific post commit, specific post execute_action, specific post enter_in_error", "EnteredInError", 0, "completed")]
    [InlineData("specific post originate, specific post send", "Originated", 0, "")]
    [InlineData("specific post originate, specific post delete, specific post commit", "Deleted", 0, "irregular.after_delete.commit.1")]
    [InlineData("specific post originate, generic post delete, generic post commit, specific post commit", "Deleted", 0, "irregular.after_delete.commit.1")]
    [InlineData("specific post originate, specific post commit, specific post update", "Committed", 0, "completed irregular.after_commit.update.1")]
    [InlineData("specific post originate, specific post commit, specific post commit", "Committed", 0, "completed irregular.after_commit.commit.1")]
    [InlineData("specific post originate, specific post enter_in_error, specific post update", "EnteredInError", 0, "irregular.after_enter_in_error.update.1 irregular.before_commit.enter_in_error.1")]
    [InlineData("specific pre update, specific post update, specific post commit", "Committed", 1, "completed irregular.unannounced.commit.1")]
    [InlineData("specific pre update, specific post update, specific post commit, specific pre commit", "Committed", 1, "completed")]
    public void A_history_has_a_status_edits_and_findings(string history, string status, int edits, string findings)
    {
        var story = Read(history, Start.AddMinutes(1));

        Assert.Equal((status, edits), (story.Record.Status.ToString(), story.Record.Edits));
        Assert.Equal(findings, string.Join(' ', story.Findings.Select(f => f.Key).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void What_was_announced_and_does_not_follow_stalls_after_the_limit_of_its_action()
    {
        const string History = "specific post originate, specific pre commit";
        var early = Read(History, Start.AddSeconds(1 + 59));
        Assert.Empty(early.Findings);
        Assert.Equal(Start.AddSeconds(1 + 60), early.Next);

        var late = Assert.Single(Read(History, Start.AddSeconds(1 + 60)).Findings);
        Assert.Equal((FindingKind.Stalled, "commit", Start.AddSeconds(1)), (late.Kind, late.Action, late.At));

        var limits = new CommandLifecycleOptions { ActionLimits = { ["commit"] = TimeSpan.FromMinutes(5) } };
        Assert.Empty(Read(History, Start.AddMinutes(5), limits).Findings);
        Assert.Single(Read(History, Start.AddSeconds(1).AddMinutes(5), limits).Findings);
    }

    [Theory]
    [InlineData("specific post originate, specific post update", true)]
    [InlineData("specific post originate, specific post commit", false)]
    [InlineData("specific post originate, specific post delete", false)]
    public void A_command_that_stays_open_for_a_day_stalls(string history, bool stalls)
    {
        Assert.DoesNotContain(Read(history, Start.AddHours(24).AddMilliseconds(-1)).Findings, f => f.Kind == FindingKind.Stalled);
        Assert.Equal(stalls, Read(history, Start.AddHours(24)).Findings.Any(f => f.Key == "stalled.open"));
    }

    [Fact]
    public void A_new_attempt_that_follows_a_refused_one_is_the_one_that_happens()
    {
        var stalled = Assert.Single(Read("specific pre commit, specific pre commit, specific post commit", Start.AddHours(1)).Findings, f => f.Kind == FindingKind.Stalled);

        Assert.Equal(Start, stalled.At);
    }

    [Fact]
    public void What_comes_late_is_put_where_it_belongs()
    {
        var steps = Steps("specific post originate, specific post update, specific post commit");
        Assert.Equal(0, Read([steps[0], steps[2]], Start.AddMinutes(1)).Record.Edits);
        Assert.Equal(1, Read(steps, Start.AddMinutes(1)).Record.Edits);
        Assert.Null(Read([steps[1], steps[2]], Start.AddMinutes(1)).Record.OriginatedAt);
    }

    /// <summary>Lives as they can be, told by senders of every habit: with PRE or without, generic events, specific ones or both, which come apart.</summary>
    [Fact]
    public void However_its_events_are_sent_a_possible_life_is_told_as_it_was() => Prop.ForAll(Seeds.Any, seed =>
    {
        var random = new Random(seed);
        var life = Life.Of(random);
        var story = Read(life.Steps, Start.AddHours(1));

        Assert.Equal((life.Status, life.Edits), (story.Record.Status, story.Record.Edits));
        Assert.DoesNotContain(story.Findings, f => f.Kind is FindingKind.Irregular or FindingKind.Stalled);
        Assert.Equal(life.IsCommitted ? 1 : 0, story.Findings.Count(f => f.Kind == FindingKind.Completed));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void With_gaps_nothing_is_told_twice_and_no_more_than_happened() => Prop.ForAll(Seeds.Any, seed =>
    {
        var random = new Random(seed);
        var life = Life.Of(random);
        var story = Read([.. life.Steps.Where(_ => random.Next(4) > 0)], Start.AddHours(1));

        Assert.True(story.Record.Edits <= life.Edits);
        Assert.True(story.Findings.Count(f => f.Kind == FindingKind.Completed) <= (life.IsCommitted ? 1 : 0));
        Assert.Equal(story.Findings.Count, story.Findings.Select(f => f.Key).Distinct(StringComparer.Ordinal).Count());
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    static CommandStory Read(string history, DateTimeOffset now, CommandLifecycleOptions? limits = null) => Read(Steps(history), now, limits);

    static CommandStory Read(IReadOnlyList<CommandStep> steps, DateTimeOffset now, CommandLifecycleOptions? limits = null) =>
        CommandStory.Read(new CommandRecord { Id = "c", Source = "canvas" }, steps, limits ?? Limits, now);

    static List<CommandStep> Steps(string history) => [.. history.Split(", ").Select((step, i) =>
    {
        var words = step.Split(' ');
        return Step($"{i}", i * 1000, words[0] == "generic", words[1] == "pre" ? CommandPhase.Pre : CommandPhase.Post, words[2]);
    })];

    static CommandStep Step(string id, long afterMs, bool generic, CommandPhase phase, string action) => new(
        id, Start.ToUnixTimeMilliseconds() + afterMs, new CommandStep.Body(phase, action, generic ? CommandEvent.AnyCommand : "plan", null, null, null, null));

    sealed record Life(List<CommandStep> Steps, CommandStatus Status, int Edits, bool IsCommitted)
    {
        public static Life Of(Random random)
        {
            var edits = random.Next(5);
            var actions = new List<string> { "originate" };
            actions.AddRange(Enumerable.Repeat("update", edits));
            if (random.Next(3) == 0)
            {
                actions.Add("execute_action");
            }

            var end = random.Next(3);
            actions.AddRange(end switch { 0 => ["commit"], 1 => ["commit", "enter_in_error"], _ => (string[])["delete"] });
            var (announces, style) = (random.Next(2) == 0, random.Next(3));
            var steps = new List<CommandStep>();
            var at = 0L;
            foreach (var action in actions)
            {
                foreach (var phase in announces ? [CommandPhase.Pre, CommandPhase.Post] : (CommandPhase[])[CommandPhase.Post])
                {
                    at += 10_000;
                    if (style != 1)
                    {
                        steps.Add(Step($"{steps.Count}", at + random.Next(4000), false, phase, action));
                    }

                    if (style != 0)
                    {
                        steps.Add(Step($"{steps.Count}", at + random.Next(4000), true, phase, action));
                    }
                }
            }

            return new Life([.. steps.OrderBy(s => s.At)], end switch { 0 => CommandStatus.Committed, 1 => CommandStatus.EnteredInError, _ => CommandStatus.Deleted }, edits, end < 2);
        }
    }
}
