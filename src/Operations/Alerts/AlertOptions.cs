namespace EventBus.Operations.Alerts;

/// <summary>Settings under <c>EventBus:Alerts</c>, for the host that counts: the archive's, or Standalone.</summary>
public sealed class AlertOptions
{
    /// <summary>How often it is looked whether something is wrong, 100 ms to 1 minute; 2 seconds unless set.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long an endpoint fails, a spool is in use or the broker is out of reach before that is an alert, and how long anything has to be well before its alert is resolved;
    /// 0 to 10 minutes, 5 seconds unless set.
    /// </summary>
    public TimeSpan Steady { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long something may wait for a consumer or endpoint that does not fail as a whole, 1 second to 7 days; 5 minutes unless set.</summary>
    public TimeSpan OldestWaiting { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Where browsers reach the Console: notifications then say where to look.</summary>
    public string? ConsoleUrl { get; set; }

    /// <summary>A webhook that is told.</summary>
    public AlertWebhookOptions Webhook { get; set; } = new();

    /// <summary>Who is told by e-mail.</summary>
    public AlertSmtpOptions Smtp { get; set; } = new();
}

/// <summary>Settings under <c>EventBus:Alerts:Webhook</c>.</summary>
public sealed class AlertWebhookOptions
{
    /// <summary>An http or https address; none unless set.</summary>
    public string? Url { get; set; }

    /// <summary>What notifications are signed with, as deliveries are: <c>whsec_</c> and base64 of 24 to 64 bytes.</summary>
    public string? Secret { get; set; }
}

/// <summary>Settings under <c>EventBus:Alerts:Smtp</c>.</summary>
public sealed class AlertSmtpOptions
{
    /// <summary>The server; none unless set.</summary>
    public string? Host { get; set; }

    /// <summary>Its port, 1 to 65535; 587 unless set.</summary>
    public int Port { get; set; } = 587;

    /// <summary>Whether the connection is encrypted (STARTTLS); true unless set.</summary>
    public bool Tls { get; set; } = true;

    /// <summary>The account there; none unless set.</summary>
    public string? Username { get; set; }

    /// <summary>Its password.</summary>
    public string? Password { get; set; }

    /// <summary>The sender's address.</summary>
    public string? From { get; set; }

    /// <summary>The recipients' addresses.</summary>
    public IList<string> To { get; } = [];
}
