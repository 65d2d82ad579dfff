namespace EventBus.Delivery;

/// <summary>Settings of one webhook endpoint, under <c>EventBus:Endpoints:&lt;n&gt;</c>.</summary>
public sealed class EndpointOptions
{
    /// <summary>Its name in logs, metrics and dead letters; unique. It is part of <c>webhook-id</c>, so a new name makes receivers see old events as new.</summary>
    public string? Name { get; set; }

    /// <summary>Where deliveries are sent: an http or https address.</summary>
    public string? Url { get; set; }

    /// <summary>Patterns over event types (<see cref="Contracts.TypePattern"/>); for the last two formats those that they are for, unless set; not for <c>Workflows</c>, which say themselves what they send.</summary>
    public IList<string> Events { get; } = [];

    /// <summary><c>cloudevents</c> (unless set), <c>native</c> (unless set, for <c>Workflows</c>), <c>appointment-notification</c> or <c>smartflowsheet-result</c>.</summary>
    public string? Format { get; set; }

    /// <summary>Headers sent with every delivery, by name.</summary>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Key that deliveries are signed with (Standard Webhooks): <c>whsec_</c> and base64 of 24 to 64 bytes. Unsigned unless set.</summary>
    public string? Secret { get; set; }

    /// <summary>How long one attempt may take, 100 ms to 5 minutes; 10 seconds unless set.</summary>
    public TimeSpan? Timeout { get; set; }

    /// <summary>The consumer that delivers to it: <c>Webhooks</c> unless set; for the last two formats <c>Appointments</c> and <c>Treatments</c>.</summary>
    public string? Consumer { get; set; }

    /// <summary>What a failed event does to later ones of its subject: <c>hold</c> (unless set), <c>supersede</c> or <c>unordered</c>.</summary>
    public string? Order { get; set; }

    /// <summary>The pauses before further attempts, <c>hh:mm:ss[.fff]</c>, 1 ms to 7 days, 50 at most; 5 s to 24 h, eleven of them, unless set.</summary>
    public IList<TimeSpan> RetrySchedule { get; } = [];

    /// <summary>Events a second at most, in each process that delivers to it, above 0 to 10,000; unlimited unless set.</summary>
    public double? MaxRate { get; set; }

    /// <summary>Attempts at once at most, in each process that delivers to it, 1 to 1,000; 64 unless set.</summary>
    public int? MaxConcurrency { get; set; }

    /// <summary>Whether 4xx answers other than 408, 409, 425 and 429 are final, so that the event is dead at once. 410 disables the endpoint in any case. Not unless set, but for <c>smartflowsheet-result</c>.</summary>
    public bool? FinalClientErrors { get; set; }

    /// <summary>The tenant whose events it gets; those of all unless set.</summary>
    public string? Tenant { get; set; }

    /// <summary>
    /// Whether its answer decides on events whose senders wait: it is called after all responders have accepted, 2xx means that it is done, and the text of another
    /// answer goes to the sender. One at most for each tenant and type; of the formats <c>cloudevents</c> or <c>native</c>.
    /// </summary>
    public bool Synchronous { get; set; }

    /// <summary>Whether the first 1 KiB of answers is kept with the attempt. Receivers can put anything there, patient data too.</summary>
    public bool KeepResponse { get; set; }
}
