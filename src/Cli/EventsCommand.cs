using System.CommandLine;
using System.Text;
using EventBus.Operations;
using EventBus.Operations.Access;
using EventBus.Storage;

namespace EventBus.Cli;

/// <summary><c>eventbus events find|show|replay</c>.</summary>
static class EventsCommand
{
    public static Command Create() => new("events", "Archived events: find, show, replay.") { Find(), Show(), Replay() };

    static Command Find()
    {
        var limit = new Option<int>("--limit") { Description = "At most so many.", DefaultValueFactory = _ => 50 };
        var before = new Option<string?>("--before") { Description = "The next page: the cursor of the last event of the page before." };
        return StoredCommand.Create("find", "The newest first.", [.. FilterOptions.All, limit, before, StoredCommand.Reveal, StoredCommand.Reason, StoredCommand.Json], async (parsed, database, cancellationToken) =>
        {
            var (query, filter, wanted, reveal) = (new EventQuery(database), FilterOptions.Read(parsed), Math.Clamp(parsed.GetValue(limit), 1, 1000), parsed.GetValue(StoredCommand.Reveal));
            var page = await query.SearchAsync(filter, FilterOptions.ReadCursor(parsed.GetValue(before)), wanted, cancellationToken);
            var events = page.Events.ToList();
            while (page.Next is { } next && events.Count < wanted)
            {
                page = await query.SearchAsync(filter, next, wanted - events.Count, cancellationToken);
                events.AddRange(page.Events);
            }

            if (reveal)
            {
                await new Reveals(database, TimeProvider.System).NoteAsync(Actor.CommandLine, events.Where(e => e.Subject is not null).Select(e => e.Id), parsed.GetValue(StoredCommand.Reason) ?? "");
            }

            Terminal.List(
                parsed, events,
                ["Accepted", "Id", "Type", "Source", "Tenant", "Subject", "Routed"],
                e => [Terminal.Time(e.AcceptedAt), e.Id, e.Type, e.Source, e.Tenant, e.Subject is null || reveal ? e.Subject : Terminal.Mask, e.Unrouted ? "no" : "yes"],
                reveal);
            if (page.Next is { } more && !parsed.GetValue(StoredCommand.Json))
            {
                await Console.Out.WriteLineAsync($"More: --before {more}");
            }

            return 0;
        });
    }

    static Command Show()
    {
        var id = new Argument<string>("id") { Description = "The event's id." };
        var payload = new Option<bool>("--payload") { Description = "Write the event itself, patient data included, and nothing else; for a --reason." };
        return StoredCommand.Create("show", "What became of an event: acceptance, every consumer's outcome, every attempt.", [id, payload, StoredCommand.Reason, StoredCommand.Json], async (parsed, database, cancellationToken) =>
        {
            var records = await new EventHistory(database).FindAsync(parsed.GetValue(id)!, null, cancellationToken);
            if (records.Count == 0)
            {
                throw new CommandException("The archive has no event with this id.");
            }

            if (parsed.GetValue(payload))
            {
                foreach (var record in records)
                {
                    var body = await new Reveals(database, TimeProvider.System).RevealAsync(Actor.CommandLine, record.Event, parsed.GetValue(StoredCommand.Reason) ?? "", cancellationToken);
                    await Console.Out.WriteLineAsync(body is null ? "" : Encoding.UTF8.GetString(body));
                }

                return 0;
            }

            if (parsed.GetValue(StoredCommand.Json))
            {
                Terminal.Json(records);
                return 0;
            }

            foreach (var (found, outcomes) in records)
            {
                await Console.Out.WriteLineAsync(
                    $"{found.Id}  {found.Type}  from {found.Source}\naccepted {Terminal.Time(found.AcceptedAt)} by {found.Gateway ?? "a service"} as number {found.GatewaySequence}, {(found.Unrouted ? "no consumer had asked for it" : "routed")}");
                Terminal.Table(
                    ["Consumer", "Endpoint", "Outcome", "Number", "Started", "Took", "Answer", "Next"],
                    outcomes.SelectMany(o => o.Attempts.Count == 0
                        ? [(object?[])[o.Consumer, o.Endpoint, State(o), null, null, null, null, null]]
                        : o.Attempts.Select(a => (object?[])
                        [
                            o.Consumer, o.Endpoint, a == o.Attempts[^1] ? State(o) : "", a.Number, Terminal.Time(a.StartedAt), $"{a.DurationMs} ms", a.Error ?? $"{a.Status?.ToString() ?? "done"}",
                            a == o.Attempts[^1] ? Terminal.Time(o.DueAt) : "",
                        ])));
            }

            return 0;
        });
    }

    static Command Replay()
    {
        var to = new Option<string>("--to-consumer") { Description = "The consumer that the events go to.", Required = true };
        var endpoint = new Option<string?>("--endpoint") { Description = "Only this endpoint of it." };
        var rate = new Option<int>("--rate") { Description = "Events a second.", DefaultValueFactory = _ => 50 };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what it would send." };
        var detach = new Option<bool>("--detach") { Description = "Do not wait for its end." };
        return StoredCommand.Create(
            "replay", "Sends past events again to one consumer or endpoint, marked as replay.", [.. FilterOptions.All, to, endpoint, rate, dryRun, detach, StoredCommand.Yes, StoredCommand.Json],
            async (parsed, database, cancellationToken) =>
            {
                var replays = new Replays(database, TimeProvider.System);
                var (filter, consumer, only) = (FilterOptions.Read(parsed), parsed.GetValue(to)!, parsed.GetValue(endpoint) ?? "");
                var plan = await replays.PlanAsync(filter, consumer, only, cancellationToken);
                var json = parsed.GetValue(StoredCommand.Json);
                if (!json || parsed.GetValue(dryRun))
                {
                    Show(plan, json);
                }

                if (parsed.GetValue(dryRun))
                {
                    return 0;
                }

                if (plan.Total == 0)
                {
                    throw new CommandException("There is nothing to send.");
                }

                Terminal.Confirm(plan.Total, "events are sent again", parsed.GetValue(StoredCommand.Yes));
                var id = await replays.StartAsync(Actor.CommandLine, filter, consumer, only, parsed.GetValue(rate), cancellationToken);
                return json || parsed.GetValue(detach) ? ReplaysCommand.Started(id, json) : await ReplaysCommand.FollowAsync(replays, id, cancellationToken);
            });
    }

    static void Show(EventSelection plan, bool json)
    {
        if (json)
        {
            Terminal.Json(plan);
            return;
        }

        Console.Out.WriteLine($"{plan.Total} events of {plan.Subjects} subjects, from {Terminal.Time(plan.First?.AcceptedAt)} to {Terminal.Time(plan.Last?.AcceptedAt)}.");
    }

    static string State(EventOutcome outcome) => outcome.State.ToString().ToLowerInvariant() + (outcome.Replay is null ? "" : " (replay)");
}
