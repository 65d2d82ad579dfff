using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace EventBus.Gateway.Ingress;

/// <summary>Writes errors: problem details (RFC 9457), and on Smart Flow Sheet's route its own <c>{"Message"}</c>.</summary>
static class ErrorWriter
{
    public static Task WriteAsync(HttpContext context, Refusal refusal)
    {
        var response = context.Response;
        var isSmartFlowSheet = context.Request.Path.StartsWithSegments("/v1/smartflowsheet", StringComparison.OrdinalIgnoreCase);

        // Smart Flow Sheet knows yes and no: an outcome that did not come in time is a no.
        response.StatusCode = isSmartFlowSheet && refusal.Status == StatusCodes.Status504GatewayTimeout ? StatusCodes.Status400BadRequest : refusal.Status;
        if (refusal.RetryAfter is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (refusal.Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        return isSmartFlowSheet
            ? response.WriteAsJsonAsync(new JsonObject { ["Message"] = Message(refusal) }, options: null, contentType: "application/json")
            : response.WriteAsJsonAsync(Problem(refusal), options: null, contentType: "application/problem+json");
    }

    static string Message(Refusal refusal) => refusal.Errors.Count == 0
        ? refusal.Message
        : $"{refusal.Message} {string.Join("; ", refusal.Errors.Select(e => $"{e.Field} {e.Detail}"))}";

    static JsonObject Problem(Refusal refusal)
    {
        var problem = new JsonObject
        {
            ["type"] = "about:blank",
            ["title"] = ReasonPhrases.GetReasonPhrase(refusal.Status),
            ["status"] = refusal.Status,
            ["detail"] = refusal.Message,
        };
        if (refusal.Errors.Count > 0)
        {
            problem["errors"] = new JsonArray([.. refusal.Errors.Select(Describe)]);
        }

        return problem;
    }

    static JsonObject Describe(FieldError error)
    {
        var description = new JsonObject { ["field"] = error.Field, ["detail"] = error.Detail };
        if (error.Index is { } index)
        {
            description.Insert(0, "index", index);
        }

        return description;
    }
}
