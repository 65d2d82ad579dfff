namespace EventBus.Gateway.Ingress;

/// <summary>The gateway does not take a request, and says why. Its texts name fields and rules, never values that were sent.</summary>
sealed class Refusal : Exception
{
    public Refusal(int status, string detail, params IReadOnlyList<FieldError> errors)
        : base(detail)
    {
        Status = status;
        Errors = errors;
    }

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>What is wrong, field by field; empty where it is the request as a whole.</summary>
    public IReadOnlyList<FieldError> Errors { get; }

    /// <summary>After how many seconds to try again, where that can help.</summary>
    public int? RetryAfter { get; init; }

    public static Refusal BadRequest(string detail, params IReadOnlyList<FieldError> errors) => new(StatusCodes.Status400BadRequest, detail, errors);

    public static Refusal Unauthorized() => new(StatusCodes.Status401Unauthorized, "A valid key is required. Send it as: Authorization: Bearer <key>");

    public static Refusal Forbidden() => new(StatusCodes.Status403Forbidden, "This key may not send these events.");

    public static Refusal TooLarge(int limit) => new(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {limit} bytes.");

    public static Refusal UnsupportedMediaType(string detail) => new(StatusCodes.Status415UnsupportedMediaType, detail);

    public static Refusal TooManyRequests() => new(StatusCodes.Status429TooManyRequests, "Too many requests are in work at once. Nothing was taken; send it again later.") { RetryAfter = 1 };

    public static Refusal Conflict(params IReadOnlyList<FieldError> errors) => new(StatusCodes.Status409Conflict, "The same id came before with other content. Nothing was taken; what is new needs an id of its own.", errors);

    public static Refusal Unavailable() => new(StatusCodes.Status503ServiceUnavailable, "Events cannot be taken at the moment. Send the same again later.") { RetryAfter = 2 };
}

/// <summary>What is wrong with one field.</summary>
/// <param name="Field">The field, header or parameter.</param>
/// <param name="Detail">What is wrong with it.</param>
/// <param name="Index">Its event's place in a batch, from 0; null outside one.</param>
sealed record FieldError(string Field, string Detail, int? Index = null);
