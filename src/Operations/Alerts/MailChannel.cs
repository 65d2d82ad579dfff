using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Text;
using Microsoft.Extensions.Options;

namespace EventBus.Operations.Alerts;

/// <summary>Tells by e-mail.</summary>
sealed class MailChannel(IOptions<AlertOptions> options) : IAlertChannel
{
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    readonly AlertOptions _options = options.Value;

    public string Name => "mail";

    public async Task<string?> TellAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        var smtp = _options.Smtp;
        using var message = Write(notification, smtp);
        using var client = new SmtpClient(smtp.Host, smtp.Port) { EnableSsl = smtp.Tls, Credentials = smtp.Username is null ? null : new NetworkCredential(smtp.Username, smtp.Password) };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        try
        {
            await client.SendMailAsync(message, limit.Token);
            return null;
        }
        catch (SmtpException e)
        {
            // Its text may hold addresses.
            return $"SMTP {e.StatusCode}";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no answer within {Timeout.TotalSeconds} s";
        }
    }

    MailMessage Write(AlertNotification notification, AlertSmtpOptions smtp)
    {
        var alert = notification.Alert;
        var state = notification.Transition switch { AlertRegister.Resolved => "Resolved", AlertRegister.Reminded => "Still open", _ => alert.Severity.ToString() };
        var text = new StringBuilder(alert.Text).AppendLine().AppendLine()
            .AppendLine($"Severity  {AlertRegister.Word(alert.Severity)}").AppendLine($"Cause     {alert.Cause}").AppendLine($"Since     {Time(alert.Since)}");
        if (alert.ResolvedAt is { } resolved)
        {
            text.AppendLine($"Resolved  {Time(resolved)}");
        }

        text.AppendLine().AppendLine(_options.ConsoleUrl is { } url ? $"{url.TrimEnd('/')}/alerts" : $"eventbus alerts acknowledge {alert.Id}");
        var message = new MailMessage
        {
            From = new MailAddress(smtp.From!), Subject = $"[EventBus] {state}: {(alert.Text.Length > 120 ? $"{alert.Text[..119]}…" : alert.Text)}", SubjectEncoding = Encoding.UTF8,
            Body = text.ToString(), BodyEncoding = Encoding.UTF8, BodyTransferEncoding = TransferEncoding.QuotedPrintable,
        };
        foreach (var to in smtp.To)
        {
            message.To.Add(to);
        }

        // The same each time that it is tried; and what is told of one alert stands together.
        message.Headers.Add("Message-ID", $"<alert-{alert.Id}-{notification.Id}@{message.From.Host}>");
        message.Headers.Add("References", $"<alert-{alert.Id}@{message.From.Host}>");
        message.Headers.Add("Auto-Submitted", "auto-generated");
        return message;
    }

    static string Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
