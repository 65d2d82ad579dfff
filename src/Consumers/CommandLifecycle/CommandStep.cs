using System.Text.Json;
using System.Text.Json.Serialization;
using EventBus.Contracts;
using EventBus.Storage;

namespace EventBus.Consumers.CommandLifecycle;

/// <summary>One event of a command, as it is kept.</summary>
/// <param name="Id">What the event is known by, however often it comes.</param>
/// <param name="At">When it was accepted, in milliseconds since 1970-01-01 UTC.</param>
/// <param name="Said">What it says.</param>
sealed record CommandStep(string Id, long At, CommandStep.Body Said)
{
    /// <summary>What is kept of an event.</summary>
    public static string BodyOf(CommandEvent @event) => JsonSerializer.Serialize(
        new Body(
            @event.Phase, @event.Action, @event.Command, @event.NoteId, @event.PatientId,
            @event.Data is { } data ? PayloadPath.Find(data, "context.fields") : null,
            @event.AnswerTo is null ? null : EventKey.Of(@event)),
        CommandJson.Default.Body);

    /// <summary>Reads what was kept.</summary>
    public static CommandStep Read(string id, long at, string body) => new(id, at, JsonSerializer.Deserialize(body, CommandJson.Default.Body)!);

    /// <param name="Phase">Before or after.</param>
    /// <param name="Action">What happens to the command.</param>
    /// <param name="Command">Which kind of command; <see cref="CommandEvent.AnyCommand"/> where the event is the one that is sent for every kind.</param>
    /// <param name="Note">The note it stands in.</param>
    /// <param name="Patient">The patient.</param>
    /// <param name="Fields">Its fields.</param>
    /// <param name="Question">The event's key, where its sender waited for an answer.</param>
    public sealed record Body(CommandPhase Phase, string Action, string Command, string? Note, string? Patient, JsonElement? Fields, string? Question)
    {
        /// <summary>Whether it is sent for every kind of command.</summary>
        [JsonIgnore]
        public bool IsGeneric => Command == CommandEvent.AnyCommand;
    }
}

[JsonSerializable(typeof(CommandStep.Body))]
[JsonSerializable(typeof(CommandRecord))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(RawPayload)], MaxDepth = RawPayload.MaxDepth)]
sealed partial class CommandJson : JsonSerializerContext;
