using System.Globalization;
using EventBus.Contracts;
using EventBus.Delivery.Formats;
using EventBus.Delivery.Lanes;
using EventBus.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace EventBus.Delivery;

/// <summary>The endpoints that are configured under <c>EventBus:Endpoints</c>.</summary>
public sealed class WebhookEndpoints
{
    static readonly string[] Known = [.. typeof(EndpointOptions).GetProperties().Select(p => p.Name)];

    /// <summary>Reads and checks the configured endpoints.</summary>
    /// <exception cref="OptionsValidationException">One or more are wrong; it names each key with an example.</exception>
    public WebhookEndpoints(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var failures = new List<string>();
        var endpoints = configuration.GetSection("EventBus:Endpoints").GetChildren()
            .OrderBy(s => int.TryParse(s.Key, out var n) ? n : int.MaxValue)
            .Select(section => Read(section, $"{section.Path}:", $"EventBus__Endpoints__{section.Key}__", failures))
            .OfType<WebhookEndpoint>()
            .ToList();
        foreach (var twice in endpoints.GroupBy(e => e.Name, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
        {
            failures.Add($"EventBus:Endpoints: the name '{twice.Key}' stands more than once; each endpoint has a name of its own");
        }

        failures.AddRange(
            from a in endpoints
            from b in endpoints
            where a.IsSynchronous && b.IsSynchronous && string.CompareOrdinal(a.Name, b.Name) < 0
                && (a.Tenant is null || b.Tenant is null || a.Tenant == b.Tenant) && a.Patterns.Any(p => b.Patterns.Any(p.Overlaps))
            select $"EventBus:Endpoints: '{a.Name}' and '{b.Name}' are both Synchronous for the same tenant and type, and only one can decide; tell them apart with Tenant or Events, for example EventBus__Endpoints__0__Tenant=clinic-a");

        All = failures.Count == 0 ? endpoints : throw new OptionsValidationException("EventBus:Endpoints", typeof(EndpointOptions), failures);
    }

    /// <summary>Every endpoint, in the order of configuration.</summary>
    public IReadOnlyList<WebhookEndpoint> All { get; }

    /// <summary>The endpoints that a consumer delivers to.</summary>
    public IEnumerable<WebhookEndpoint> Of(string consumer) => All.Where(e => string.Equals(e.Consumer, consumer, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads and checks an endpoint that was added at run time; null where something is wrong.</summary>
    /// <param name="stored">As it is stored.</param>
    /// <param name="now">The time; the secret before counts until its end.</param>
    /// <param name="failures">What is wrong, with the setting and an example.</param>
    public static WebhookEndpoint? Read(EndpointSettings stored, DateTimeOffset now, IList<string> failures)
    {
        ArgumentNullException.ThrowIfNull(stored);
        ArgumentNullException.ThrowIfNull(failures);
        const string section = "endpoint";
        var settings = stored.Settings.Append(new("Name", stored.Name)).Concat(stored.Secret is null ? [] : [new("Secret", stored.Secret)]);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create($"{section}:{s.Key}", (string?)s.Value))).Build();
        var endpoint = Read(configuration.GetSection(section), "", "", failures);
        var previous = stored.PreviousSecret is { } secret && stored.PreviousUntil > now.ToUnixTimeMilliseconds() ? WebhookSigner.TryCreate(secret) : null;
        return endpoint is null ? null : endpoint with { IsGuarded = true, Signer = previous is null ? endpoint.Signer : endpoint.Signer?.And(previous) };
    }

    static WebhookEndpoint? Read(IConfigurationSection section, string path, string variable, IList<string> failures)
    {
        var before = failures.Count;
        foreach (var unknown in section.GetChildren().Where(c => !Known.Contains(c.Key, StringComparer.OrdinalIgnoreCase)))
        {
            failures.Add($"{path}{unknown.Key} is no setting of an endpoint; the settings are {string.Join(", ", Known)}");
        }

        var options = new EndpointOptions();
        try
        {
            section.Bind(options);
        }
        catch (InvalidOperationException e)
        {
            // The binder's text names the key and holds the value; the value can be a secret.
            var key = Known.FirstOrDefault(k => e.Message.Contains($"{section.Path}:{k}", StringComparison.OrdinalIgnoreCase)) ?? "";
            failures.Add($"{path}{key} cannot be read; times are written as 00:00:10, numbers as 20, switches as true; for example {variable}Timeout=00:00:10");
            return null;
        }

        void Require(bool holds, string key, string problem, string example)
        {
            if (!holds)
            {
                failures.Add($"{path}{key} {problem}; for example {variable}{example}");
            }
        }

        Require(!string.IsNullOrWhiteSpace(options.Name) && !options.Name.Any(char.IsControl), "Name", "is missing", "Name=scheduling");
        Require(
            Uri.TryCreate(options.Url, UriKind.Absolute, out var url) && url.Scheme is "http" or "https",
            "Url", "is missing or no http or https address", "Url=https://hooks.example.org/events");
        var isOfWorkflows = string.Equals(options.Consumer, DeliveringConsumers.Workflows, StringComparison.OrdinalIgnoreCase);
        var format = DeliveryFormats.Find(options.Format ?? (isOfWorkflows ? DeliveryFormats.Native : DeliveryFormats.CloudEvents));
        Require(format is not null, "Format", $"is none of {string.Join(", ", DeliveryFormats.Names)}", "Format=cloudevents");
        Require(!isOfWorkflows || format is not { DefaultEvents.Count: > 0 }, "Format", "is not one for what workflows send", "Format=native");
        Require(!isOfWorkflows || options.Events.Count == 0, "Events", "is set, but an endpoint of Workflows is sent what workflows send to it, and nothing else; leave Events out", "Consumer=Workflows");
        var timeout = options.Timeout ?? TimeSpan.FromSeconds(10);
        Require(timeout >= TimeSpan.FromMilliseconds(100) && timeout <= TimeSpan.FromMinutes(5), "Timeout", "is not between 100 ms and 5 minutes", "Timeout=00:00:10");
        foreach (var header in options.Headers)
        {
            Require(IsHeader(header.Key, header.Value), $"Headers:{header.Key}", "is no header that can be set", "Headers__X-Api-Key=…");
        }

        foreach (var header in format?.RequiredHeaders.Where(h => !options.Headers.ContainsKey(h)) ?? [])
        {
            Require(false, $"Headers:{header}", "is missing, which this format needs", $"Headers__{header}={(header == "timezoneName" ? "Europe/Vienna" : "…")}");
        }

        var signer = options.Secret is null ? null : WebhookSigner.TryCreate(options.Secret);
        Require(options.Secret is null || signer is not null, "Secret", "is not whsec_ followed by base64 of 24 to 64 bytes", $"Secret=whsec_{Convert.ToBase64String(new byte[24])}");
        var consumer = options.Consumer ?? format?.DefaultConsumer;
        Require(
            consumer is null || DeliveringConsumers.All.Contains(consumer, StringComparer.OrdinalIgnoreCase),
            "Consumer", $"is none of {string.Join(", ", DeliveringConsumers.All)}", "Consumer=Webhooks");
        Require(Enum.TryParse<OrderPolicy>(options.Order ?? nameof(OrderPolicy.Hold), ignoreCase: true, out var order) && Enum.IsDefined(order) && !int.TryParse(options.Order, out _), "Order", "is none of hold, supersede, unordered", "Order=hold");
        Require(options.RetrySchedule.Count <= 50 && options.RetrySchedule.All(d => d > TimeSpan.Zero && d <= TimeSpan.FromDays(7)), "RetrySchedule", "has more than 50 pauses, or one that is not between 1 ms and 7 days", "RetrySchedule__0=00:00:05");
        Require(options.MaxRate is null or (> 0 and <= 10_000), "MaxRate", "is not above 0 and at most 10000", "MaxRate=20");
        Require(options.MaxConcurrency is null or (>= 1 and <= 1000), "MaxConcurrency", "is not between 1 and 1000", "MaxConcurrency=64");
        Require(options.Tenant is null || !string.IsNullOrWhiteSpace(options.Tenant), "Tenant", "is empty", "Tenant=clinic-a");
        Require(!options.Synchronous || format is not { DefaultEvents.Count: > 0 }, "Synchronous", "is not for this format, which has nothing to say of most events", "Format=native");
        var patterns = ReadPatterns(path, variable, options, isOfWorkflows, format, failures);
        if (failures.Count > before)
        {
            return null;
        }

        return new WebhookEndpoint(
            options.Name!, format!.Address(url!), patterns, format!, new Dictionary<string, string>(options.Headers, StringComparer.OrdinalIgnoreCase), signer, timeout, consumer!)
        {
            Order = order,
            Schedule = options.RetrySchedule.Count == 0 ? RetrySchedule.Default : new RetrySchedule([.. options.RetrySchedule]),
            MaxRate = options.MaxRate,
            MaxConcurrency = options.MaxConcurrency ?? WebhookEndpoint.DefaultMaxConcurrency,
            FinalClientErrors = options.FinalClientErrors ?? format!.FinalClientErrors,
            KeepResponse = options.KeepResponse,
            Tenant = options.Tenant,
            IsSynchronous = options.Synchronous,
            OnlyFrom = isOfWorkflows ? DeliveringConsumers.WorkflowSource : null,
        };
    }

    static List<TypePattern> ReadPatterns(string path, string variable, EndpointOptions options, bool isOfWorkflows, IDeliveryFormat? format, IList<string> failures)
    {
        var texts = isOfWorkflows ? [EventTypes.EventBus.WebhookWorkflowMessage] : options.Events.Count > 0 ? options.Events : format?.DefaultEvents ?? [];
        if (texts.Count == 0)
        {
            failures.Add($"{path}Events is missing; for example {variable}Events__0=canvas.appointment.# (or # for everything)");
        }

        var patterns = new List<TypePattern>();
        for (var i = 0; i < texts.Count; i++)
        {
            try
            {
                patterns.AddRange(TypePattern.Read(texts[i]));
            }
            catch (FormatException e)
            {
                failures.Add(string.Create(CultureInfo.InvariantCulture, $"{path}Events:{i} {e.Message}"));
            }
        }

        return patterns;
    }

    /// <summary>A header that HTTP allows and that delivery does not set itself.</summary>
    static bool IsHeader(string name, string value)
    {
        using var request = new HttpRequestMessage();
        return !name.StartsWith("webhook-", StringComparison.OrdinalIgnoreCase)
            && !name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)
            && !value.AsSpan().ContainsAny('\r', '\n')
            && request.Headers.TryAddWithoutValidation(name, value);
    }
}
