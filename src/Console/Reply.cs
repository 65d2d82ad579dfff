using System.Text;
using EventBus.OperatorConsole.Access;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;

namespace EventBus.OperatorConsole;

/// <summary>What an action answers: it says what it did on the page that it came from, or leads to.</summary>
static class Reply
{
    /// <summary>The form's field with the page that it came from.</summary>
    public const string BackField = "back";

    /// <summary>Shows a page.</summary>
    public static RazorComponentResult<TPage> Page<TPage>(params (string Name, object? Value)[] parameters)
        where TPage : Microsoft.AspNetCore.Components.IComponent =>
        new(parameters.ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal));

    /// <summary>Says something on the next page. Nothing of an event.</summary>
    public static void Say(HttpContext context, string text, bool refused = false) =>
        Cookies.Set(context, Cookies.Said, (refused ? "!" : "+") + WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(text)), TimeSpan.FromMinutes(1));

    /// <summary>What was said; it is said once.</summary>
    public static (string Text, bool Refused)? Said(HttpContext context)
    {
        if (context.Request.Headers.ContainsKey(Gate.Live) || context.Request.Cookies[Cookies.Said] is not { Length: > 1 } said)
        {
            return null;
        }

        context.Response.Cookies.Delete(Cookies.Said);
        try
        {
            return (Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(said[1..])), said[0] == '!');
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>Leads back to the page that the form is on.</summary>
    public static void Back(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = context.Request.HasFormContentType ? Local(context.Request.Form[BackField]) : "/";
    }

    /// <summary>Leads back, and says what was done.</summary>
    public static IResult Done(HttpContext context, string text, string? to = null)
    {
        Say(context, text);
        context.Response.Headers.Location = to ?? Local(context.Request.Form[BackField]);
        return TypedResults.StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <summary>Leads to another page, which is got.</summary>
    public static IResult To(HttpContext context, string path)
    {
        context.Response.Headers.Location = path;
        return TypedResults.StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <summary>Only a path of our own.</summary>
    static string Local(string? path) => path is ['/', not ('/' or '\\'), ..] ? path : "/";
}
