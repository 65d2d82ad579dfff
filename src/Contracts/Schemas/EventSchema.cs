using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;

namespace EventBus.Contracts;

/// <summary>JSON Schemas (draft 2020-12) of known events: the CloudEvents attributes around the sender's payload.</summary>
public static class EventSchema
{
    static readonly JsonSchemaExporterOptions ExporterOptions = new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = (context, schema) =>
        {
            if (context.PropertyInfo?.AttributeProvider?.GetCustomAttributes(typeof(DescriptionAttribute), inherit: false) is [DescriptionAttribute description]
                && schema is JsonObject described)
            {
                described.Insert(0, "description", description.Description);
            }

            return schema;
        },
    };

    /// <summary>The schema of an event as it travels.</summary>
    public static JsonObject Of(EventDescription description)
    {
        ArgumentNullException.ThrowIfNull(description);
        return new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = description.Type,
            ["description"] = description.Description,
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["specversion"] = new JsonObject { ["const"] = "1.0" },
                ["id"] = Text(minLength: 1),
                ["source"] = new JsonObject { ["type"] = "string", ["minLength"] = 1, ["format"] = "uri-reference" },
                ["type"] = new JsonObject { ["const"] = description.Type },
                ["subject"] = Text(minLength: 1),
                ["time"] = new JsonObject { ["type"] = "string", ["format"] = "date-time" },
                ["datacontenttype"] = Text(minLength: 1),
                ["dataschema"] = new JsonObject { ["type"] = "string", ["format"] = "uri" },
                ["tenant"] = Text(),
                ["traceparent"] = Text(),
                ["sequence"] = Text(),
                ["nativetype"] = Text(),
                ["data"] = Payload(description.Shape),
            },
            ["required"] = new JsonArray("specversion", "id", "source", "type", "data"),
            ["additionalProperties"] = new JsonObject { ["type"] = new JsonArray("string", "boolean", "integer") },
        };
    }

    /// <summary>The schema of a sender's payload.</summary>
    static JsonNode Payload(string shape) => PayloadJson.Default.Options.GetJsonSchemaAsNode(
        shape switch
        {
            "canvas-event" => typeof(CanvasEventPayload),
            "canvas-notification" => typeof(CanvasNotificationPayload),
            "careportals-document" => typeof(CarePortalsPayload),
            "eventbus-conflict" => typeof(AppointmentConflictPayload),
            "eventbus-command" => typeof(CommandFindingPayload),
            "eventbus-workflow-message" => typeof(JsonElement),
            "smartflowsheet-event" => typeof(SmartFlowSheetPayload),
            _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, "is not a shape that the catalog uses"),
        },
        ExporterOptions);

    static JsonObject Text(int minLength = 0) => minLength == 0
        ? new JsonObject { ["type"] = "string" }
        : new JsonObject { ["type"] = "string", ["minLength"] = minLength };
}
