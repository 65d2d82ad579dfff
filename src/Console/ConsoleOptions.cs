namespace EventBus.OperatorConsole;

/// <summary>Settings of the Console, under <c>EventBus:Console</c>.</summary>
public sealed class ConsoleOptions
{
    /// <summary>Where it listens; <c>http://127.0.0.1:8081</c> unless set. <c>none</c> leaves it out.</summary>
    public string Url { get; set; } = "http://127.0.0.1:8081";

    /// <summary>Whether browsers reach it by https, through a proxy; cookies are sent by https only then. Where it listens on https itself they are in any case.</summary>
    public bool BehindTls { get; set; }

    /// <summary>How often an address may try to sign in, or use a link for a first account, in a minute, 1 to 10,000; 20 unless set.</summary>
    public int SignInsPerMinute { get; set; } = 20;

    /// <summary>Whether there is a Console.</summary>
    public bool IsOn => Url != "none";
}
