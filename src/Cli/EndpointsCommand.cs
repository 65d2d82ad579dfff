using System.CommandLine;
using EventBus.Delivery;
using EventBus.Delivery.Lanes;
using EventBus.Operations;
using EventBus.Operations.Access;
using EventBus.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EventBus.Cli;

/// <summary><c>eventbus endpoints list|attempts|pause|resume|drain|disable|test|add|edit|rotate|remove</c>.</summary>
static class EndpointsCommand
{
    static readonly Argument<string> Name = new("name") { Description = "The endpoint." };

    public static Command Create() => new("endpoints", "Endpoints: how they do, and what goes out.")
    {
        StoredCommand.Create("list", "All that consumers deliver to.", [StoredCommand.Json], async (parsed, database, cancellationToken) =>
        {
            var endpoints = await new Endpoints(database, TimeProvider.System).ListAsync(cancellationToken);
            return Terminal.List(
                parsed, endpoints,
                ["Name", "Consumer", "State", "Waiting", "Oldest", "Dead", "Failing since", "Next try", "Reason"],
                e => [e.Name, e.Consumer, e.State, e.Waiting, Terminal.Time(e.Oldest), e.Dead, Terminal.Time(e.FailingSince), Terminal.Time(e.ProbeAt), e.Reason]);
        }),
        Attempts(),
        Change("pause", "Stops deliveries; they wait.", EndpointState.Paused),
        Change("drain", "Lets go out what waits now, and nothing that comes later.", EndpointState.Draining),
        Change("disable", "Gives the endpoint up until it is resumed; its events wait.", EndpointState.Disabled),
        Change("resume", "Lets deliveries go out again.", EndpointState.Enabled),
        Test(),
        AddedEndpoints.Add(Name),
        AddedEndpoints.Edit(Name),
        AddedEndpoints.Rotate(Name),
        AddedEndpoints.Remove(Name),
    };

    static Command Attempts()
    {
        var limit = new Option<int>("--limit") { Description = "At most so many.", DefaultValueFactory = _ => 50 };
        return StoredCommand.Create("attempts", "The last attempts of the last hour, the newest first, with what the endpoint answered.", [Name, limit, StoredCommand.Reveal, StoredCommand.Reason, StoredCommand.Json], async (parsed, database, cancellationToken) =>
        {
            var attempts = await new Endpoints(database, TimeProvider.System).AttemptsAsync(parsed.GetValue(Name), Math.Clamp(parsed.GetValue(limit), 1, 1000), cancellationToken);
            var answers = parsed.GetValue(StoredCommand.Reveal)
                ? await new Reveals(database, TimeProvider.System).RevealAnswersAsync(Actor.CommandLine, attempts, parsed.GetValue(StoredCommand.Reason) ?? "", cancellationToken)
                : attempts.Where(a => a.HasAnswer).ToDictionary(a => a.Id, _ => Terminal.Mask);
            if (parsed.GetValue(StoredCommand.Json))
            {
                Terminal.Json(attempts.Select(a => new { a.EventId, a.Type, a.Number, a.StartedAt, a.DurationMs, a.Status, a.Error, answer = answers.GetValueOrDefault(a.Id) }));
                return 0;
            }

            Terminal.Table(
                ["Began", "Event", "Type", "Attempt", "Took", "Result", "Answer"],
                attempts.Select(a => (object?[])[Terminal.Time(a.StartedAt), a.EventId, a.Type, a.Number, $"{a.DurationMs} ms", a.Error ?? $"HTTP {a.Status}", answers.GetValueOrDefault(a.Id)]));
            return 0;
        });
    }

    static Command Change(string command, string description, string state)
    {
        var reason = new Option<string>("--reason") { Description = "Why.", DefaultValueFactory = _ => "by an operator" };
        return StoredCommand.Create(command, description, [Name, reason], async (parsed, database, _) =>
        {
            await new Endpoints(database, TimeProvider.System).SetStateAsync(Actor.CommandLine, parsed.GetValue(Name)!, state, parsed.GetValue(reason)!);
            return 0;
        });
    }

    static Command Test() => StoredCommand.Create("test", "Sends an event of no meaning once, from here, with the endpoint's EventBus__Endpoints__… settings.", [Name, StoredCommand.Json], async (parsed, database, cancellationToken) =>
    {
        var name = parsed.GetValue(Name)!;
        var time = TimeProvider.System;
        var options = Options.Create(StoredCommand.Configuration.GetSection("EventBus:Delivery").Get<DeliveryOptions>() ?? new DeliveryOptions());
        using var sender = new WebhookSender(new AddressGuard(options), time, NullLogger<WebhookSender>.Instance);
        using var targets = new EndpointTargets(
            new WebhookEndpoints(StoredCommand.Configuration), sender, new EndpointControl(database, time), database, options, time, NullLogger<EndpointTargets>.Instance);
        AttemptResult result;
        try
        {
            await targets.LookAsync(cancellationToken);
            result = await targets.TestAsync(name, cancellationToken);
        }
        catch (KeyNotFoundException)
        {
            throw new CommandException($"The settings here name no endpoint {name}; give the same EventBus__Endpoints__… as its consumer has.");
        }

        if (parsed.GetValue(StoredCommand.Json))
        {
            Terminal.Json(new { name, taken = result.Error is null, result.Status, result.Error, durationMs = (long)result.Duration.TotalMilliseconds });
        }
        else
        {
            await Console.Out.WriteLineAsync($"{name}: {result.Error ?? $"taken (HTTP {result.Status})"} after {(long)result.Duration.TotalMilliseconds} ms");
        }

        return result.Error is null ? 0 : ExitCodes.Refused;
    });
}
