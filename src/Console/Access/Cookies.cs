namespace EventBus.OperatorConsole.Access;

/// <summary>The cookies of the Console: none can be read by scripts, and none is sent from elsewhere.</summary>
static class Cookies
{
    public const string Session = "eventbus-session";
    public const string Form = "eventbus-form";
    public const string Theme = "eventbus-theme";
    public const string Said = "eventbus-said";

    public static void Set(HttpContext context, string name, string value, TimeSpan? age = null) => context.Response.Cookies.Append(name, value, new CookieOptions
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = context.Request.IsHttps,
        MaxAge = age,
        IsEssential = true,
    });
}
