using System.Diagnostics;

namespace EventBus.Gateway.Ingress;

/// <summary>Gives every request that fails an answer in its route's format, and logs what was not foreseen without its text, which may hold what was sent.</summary>
sealed partial class ErrorMiddleware(RequestDelegate next, ILogger<ErrorMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed, ContentType: null })
            {
                await ErrorWriter.WriteAsync(context, context.Response.StatusCode == StatusCodes.Status404NotFound
                    ? new Refusal(StatusCodes.Status404NotFound, "There is nothing here. The routes are described at /openapi/v1.json.")
                    : new Refusal(StatusCodes.Status405MethodNotAllowed, $"This route takes {context.Response.Headers.Allow}."));
            }
        }
        catch (Refusal refusal) when (!context.Response.HasStarted)
        {
            await ErrorWriter.WriteAsync(context, refusal);
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await ErrorWriter.WriteAsync(context, new Refusal(e.StatusCode, "The request is not valid HTTP, or its body did not arrive in time."));
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The sender has gone; there is nobody to answer.
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            LogUnexpected(logger, e.GetType().FullName, new StackTrace(e).ToString());
            await ErrorWriter.WriteAsync(context, new Refusal(StatusCodes.Status500InternalServerError, "Something went wrong in the gateway. Send the same again later."));
        }
    }

    [LoggerMessage(100, LogLevel.Error, "A request failed with {ExceptionType}:\n{Stack}")]
    static partial void LogUnexpected(ILogger logger, string? exceptionType, string stack);
}
