using System.Net.Mail;
using EventBus.Contracts;
using Microsoft.Extensions.Options;

namespace EventBus.Operations.Alerts;

/// <summary>Says everything that is wrong with the settings of alerts, at start.</summary>
sealed class AlertOptionsCheck : IValidateOptions<AlertOptions>
{
    public ValidateOptionsResult Validate(string? name, AlertOptions options)
    {
        var failures = new List<string>();
        void Require(bool holds, string key, string problem, string example)
        {
            if (!holds)
            {
                failures.Add($"EventBus:Alerts:{key} {problem}; for example EventBus__Alerts__{key.Replace(":", "__", StringComparison.Ordinal)}{example}");
            }
        }

        Require(options.Interval >= TimeSpan.FromMilliseconds(100) && options.Interval <= TimeSpan.FromMinutes(1), "Interval", "is not between 100 ms and 1 minute", "=00:00:02");
        Require(options.Steady >= TimeSpan.Zero && options.Steady <= TimeSpan.FromMinutes(10), "Steady", "is not between 0 and 10 minutes", "=00:00:05");
        Require(options.OldestWaiting >= TimeSpan.FromSeconds(1) && options.OldestWaiting <= TimeSpan.FromDays(7), "OldestWaiting", "is not between 1 second and 7 days", "=00:05:00");
        Require(options.ConsoleUrl is null || IsHttp(options.ConsoleUrl), "ConsoleUrl", "is no http or https address", "=https://console.example.org");
        Require(options.Webhook.Url is null || IsHttp(options.Webhook.Url), "Webhook:Url", "is no http or https address", "=https://hooks.example.org/alerts");
        Require(
            options.Webhook.Secret is null ? options.Webhook.Url is null : WebhookSigner.TryCreate(options.Webhook.Secret) is not null,
            "Webhook:Secret", "is missing, or is not whsec_ followed by base64 of 24 to 64 bytes", $"=whsec_{Convert.ToBase64String(new byte[24])}");
        if (options.Smtp is { Host: { } host } smtp)
        {
            Require(Uri.CheckHostName(host) != UriHostNameType.Unknown, "Smtp:Host", "is no host name", "=smtp.example.org");
            Require(smtp.Port is >= 1 and <= 65535, "Smtp:Port", "is not between 1 and 65535", "=587");
            Require(MailAddress.TryCreate(smtp.From, out _), "Smtp:From", "is missing or no address", "=eventbus@example.org");
            Require(smtp.To.Count > 0 && smtp.To.All(to => MailAddress.TryCreate(to, out _)), "Smtp:To", "has no address, or something that is none", "__0=night-shift@example.org");
            Require(smtp.Username is null == smtp.Password is null, "Smtp:Password", "and Smtp:Username come together", "=…");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    static bool IsHttp(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https";
}
