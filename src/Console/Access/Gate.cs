using System.Data.Common;
using System.Security.Claims;
using EventBus.Operations;
using EventBus.Operations.Access;
using EventBus.Operations.Alerts;
using EventBus.OperatorConsole.Pages;
using EventBus.Storage;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace EventBus.OperatorConsole.Access;

/// <summary>Every request comes through here: security headers, who it is, that a form is ours; and what is refused or fails becomes words.</summary>
sealed partial class Gate(RequestDelegate next, IOptions<ConsoleOptions> options, ILogger<Gate> logger)
{
    /// <summary>A page that refreshes itself says so; that is no use of the session.</summary>
    public const string Live = "X-Live";

    const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public async Task InvokeAsync(HttpContext context, Visitor visitor, Sessions sessions, AlertDesk alerts, IAntiforgery antiforgery)
    {
        if (options.Value.BehindTls)
        {
            context.Request.IsHttps = true;
        }

        var headers = context.Response.Headers;
        if (context.Request.IsHttps)
        {
            headers.StrictTransportSecurity = "max-age=31536000";
        }

        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        headers.CacheControl = "no-cache, no-store";
        try
        {
            await EnterAsync(context, visitor, sessions, alerts, antiforgery);
        }
        catch (AntiforgeryValidationException)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "This form is not from here, or was open for too long.", "Go back, reload the page, and try again.");
        }
        catch (NotPermittedException e)
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "Not permitted", e.Message);
        }
        catch (OperationRefusedException e)
        {
            Reply.Say(context, e.Message, refused: true);
            Reply.Back(context);
        }
        catch (Exception e) when (e is DbException or StorageException)
        {
            LogStorage(logger, e.GetType().Name);
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "The storage does not answer", "Events that come in are kept by gateways and queues meanwhile. This page works again when the storage does.");
        }
    }

    async Task EnterAsync(HttpContext context, Visitor visitor, Sessions sessions, AlertDesk alerts, IAntiforgery antiforgery)
    {
        if (context.Request.Cookies[Cookies.Session] is { Length: > 0 } secret && await sessions.FindAsync(secret, !context.Request.Headers.ContainsKey(Live), context.RequestAborted) is { } session)
        {
            visitor.Current = session;
            context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, session.UserName)], "session"));
            if (HttpMethods.IsGet(context.Request.Method))
            {
                visitor.Alerts = await alerts.CountAsync(context.RequestAborted);
            }
        }

        if (context.GetEndpoint() is not { } endpoint)
        {
            await RefuseAsync(context, StatusCodes.Status404NotFound, "There is no such page", "The address may be misspelt, or the event may be older than the archive keeps.");
            return;
        }

        if (visitor.Current is null && endpoint.Metadata.GetMetadata<OpenToAll>() is null)
        {
            if (HttpMethods.IsGet(context.Request.Method) && !context.Request.Headers.ContainsKey(Live))
            {
                context.Response.Redirect("/sign-in");
            }
            else
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            }

            return;
        }

        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            await antiforgery.ValidateRequestAsync(context);
        }

        await next(context);
    }

    /// <summary>A page that says why not.</summary>
    public static async Task RefuseAsync(HttpContext context, int status, string title, string text)
    {
        context.Response.StatusCode = status;
        await new RazorComponentResult<ProblemPage>(new Dictionary<string, object?>(StringComparer.Ordinal) { [nameof(ProblemPage.Title)] = title, [nameof(ProblemPage.Text)] = text }) { StatusCode = status }
            .ExecuteAsync(context);
    }

    [LoggerMessage(800, LogLevel.Warning, "A page could not be shown: the storage does not answer ({Reason})")]
    static partial void LogStorage(ILogger logger, string reason);
}
