using System.Globalization;
using System.Net.Mail;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Microsoft.Extensions.Options;

namespace EventBus.Operations.Alerts;

/// <summary>Tells by e-mail.</summary>
sealed class MailChannel(IOptions<AlertOptions> options, TimeProvider time) : IAlertChannel
{
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    readonly AlertOptions _options = options.Value;

    public string Name => "mail";

    public async Task<string?> TellAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        var smtp = _options.Smtp;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        try
        {
            await using var session = await SmtpSession.OpenAsync(smtp, limit.Token);
            await session.SendAsync(new MailAddress(smtp.From!).Address, smtp.To.Select(to => new MailAddress(to).Address), Write(notification, smtp), limit.Token);
            return null;
        }
        catch (SmtpRefusedException e)
        {
            return e.Message;
        }
        catch (AuthenticationException)
        {
            return "TLS failed: the mail server's certificate is not trusted here, or is not for EventBus:Alerts:Smtp:Host";
        }
        catch (SocketException e)
        {
            return $"no connection to the mail server ({e.SocketErrorCode})";
        }
        catch (IOException)
        {
            return "the mail server has ended the connection";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no answer within {Timeout.TotalSeconds} s";
        }
    }

    string Write(AlertNotification notification, AlertSmtpOptions smtp)
    {
        var alert = notification.Alert;
        var state = notification.Transition switch { AlertRegister.Resolved => "Resolved", AlertRegister.Reminded => "Still open", _ => alert.Severity.ToString() };
        var text = new StringBuilder(alert.Text).AppendLine().AppendLine()
            .AppendLine($"Severity  {AlertRegister.Word(alert.Severity)}").AppendLine($"Cause     {alert.Cause}").AppendLine($"Since     {Time(alert.Since)}");
        if (alert.ResolvedAt is { } resolved)
        {
            text.AppendLine($"Resolved  {Time(resolved)}");
        }

        text.AppendLine().AppendLine(
            alert.Kind == AlertKind.Storage.Name ? "eventbus doctor" : _options.ConsoleUrl is { } url ? $"{url.TrimEnd('/')}/alerts" : $"eventbus alerts acknowledge {alert.Id}");

        // Its id is the same each time that it is tried; and what is told of one alert stands together.
        var from = new MailAddress(smtp.From!);
        return MailText.Write(
            [
                ("From", Shown(from)), ("To", string.Join(", ", smtp.To.Select(to => Shown(new MailAddress(to))))), ("Subject", $"[EventBus] {state}: {(alert.Text.Length > 120 ? $"{alert.Text[..119]}…" : alert.Text)}"),
                ("Message-ID", $"<alert-{alert.Id}-{notification.Id}@{from.Host}>"), ("References", $"<alert-{alert.Id}@{from.Host}>"), ("Auto-Submitted", "auto-generated"),
            ],
            time.GetUtcNow(), text.ToString());
    }

    /// <summary>With the name, where that is ASCII.</summary>
    static string Shown(MailAddress address) => Ascii.IsValid(address.ToString()) ? address.ToString() : address.Address;

    static string Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
