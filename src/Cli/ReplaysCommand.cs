using System.CommandLine;
using EventBus.Operations;
using EventBus.Operations.Access;
using Spectre.Console;

namespace EventBus.Cli;

/// <summary><c>eventbus replays list|watch|pause|resume|cancel</c>.</summary>
static class ReplaysCommand
{
    static readonly Option<int> Limit = new("--limit") { Description = "At most so many.", DefaultValueFactory = _ => 50 };

    public static Command Create() => new("replays", "Replays: what runs, and what ran.")
    {
        StoredCommand.Create("list", "The newest first.", [Limit, StoredCommand.Json], async (parsed, database, cancellationToken) =>
        {
            var replays = await new Replays(database, TimeProvider.System).ListAsync(Math.Clamp(parsed.GetValue(Limit), 1, 1000), cancellationToken);
            return Terminal.List(
                parsed, replays,
                ["Id", "Consumer", "Endpoint", "State", "Sent", "Of", "Rate", "Started", "Ended"],
                r => [r.Id, r.Consumer, r.Endpoint, r.State, r.Sent, r.Total, $"{r.Rate}/s", Terminal.Time(r.CreatedAt), Terminal.Time(r.FinishedAt)]);
        }),
        Change("watch", "Shows its progress until it ends.", (replays, id, cancellationToken) => FollowAsync(replays, id, cancellationToken)),
        Change("pause", "Stops it until it is resumed.", async (replays, id, _) => Changed(await replays.PauseAsync(Actor.CommandLine, id), "It does not run.")),
        Change("resume", "Lets it go on where it was.", async (replays, id, _) => Changed(await replays.ResumeAsync(Actor.CommandLine, id), "It is not paused.")),
        Change("cancel", "Ends it; what it has sent stays sent.", async (replays, id, _) => Changed(await replays.CancelAsync(Actor.CommandLine, id), "It has ended already, or there is none.")),
    };

    public static int Started(string id, bool json)
    {
        if (json)
        {
            Terminal.Json(new { id });
        }
        else
        {
            Console.Out.WriteLine($"Replay {id} runs. Watch it: eventbus replays watch {id}");
        }

        return 0;
    }

    /// <summary>A progress bar until it has ended or is paused.</summary>
    public static async Task<int> FollowAsync(Replays replays, string id, CancellationToken cancellationToken)
    {
        Replay? replay = null;
        await AnsiConsole.Progress().StartAsync(async progress =>
        {
            var bar = progress.AddTask(id, maxValue: 1);
            do
            {
                replay = await replays.FindAsync(id, cancellationToken) ?? throw new CommandException("There is no such replay.");
                bar.MaxValue = Math.Max(1, replay.Total);
                bar.Value = Math.Min(replay.Sent, bar.MaxValue);
                if (replay.State == "running")
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(500), cancellationToken);
                }
            }
            while (replay.State == "running");
        });
        await Console.Out.WriteLineAsync($"Replay {id} is {replay!.State}: {replay.Sent} of {replay.Total} events sent.");
        return replay.State == "done" ? 0 : ExitCodes.Refused;
    }

    static Command Change(string name, string description, Func<Replays, string, CancellationToken, Task<int>> change)
    {
        var id = new Argument<string>("id") { Description = "The replay." };
        return StoredCommand.Create(name, description, [id], (parsed, database, cancellationToken) => change(new Replays(database, TimeProvider.System), parsed.GetValue(id)!, cancellationToken));
    }

    static int Changed(bool changed, string otherwise) => changed ? 0 : throw new CommandException(otherwise);
}
