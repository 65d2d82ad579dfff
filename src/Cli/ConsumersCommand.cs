using System.CommandLine;
using EventBus.Operations;
using EventBus.Operations.Access;

namespace EventBus.Cli;

/// <summary><c>eventbus consumers list|forget</c>.</summary>
static class ConsumersCommand
{
    static readonly Argument<string> Name = new("name") { Description = "The consumer." };
    static readonly Option<string?> Endpoint = new("--endpoint") { Description = "One of its endpoints, and not the whole." };

    public static Command Create() => new("consumers", "Consumers: what they ask for, and who is asked before a sender is answered.")
    {
        StoredCommand.Create("list", "All that have ever started, and their endpoints.", [StoredCommand.Json], async (parsed, database, cancellationToken) =>
        {
            var consumers = await new KnownConsumers(database, TimeProvider.System).ListAsync(cancellationToken);
            return Terminal.List(
                parsed, consumers,
                ["Consumer", "Endpoint", "At work", "Asks for", "Tenant", "Before the answer", "Since"],
                c => [c.Name, c.Endpoint, c.IsAtWork ? "yes" : "no", c.Patterns.ReplaceLineEndings(", "), c.Tenant, c.Responds switch { 1 => "judges", 2 => "decides", _ => "" }, Terminal.Time(c.Since)]);
        }),
        StoredCommand.Create("forget", "Forgets one that is gone for good, so that no answer waits for it and the ledger no longer counts for it.", [Name, Endpoint], async (parsed, database, _) =>
        {
            await new KnownConsumers(database, TimeProvider.System).ForgetAsync(Actor.CommandLine, parsed.GetValue(Name)!, parsed.GetValue(Endpoint));
            return 0;
        }),
    };
}
