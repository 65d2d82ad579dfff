using EventBus.Operations.Access;

namespace EventBus.Bench.Measuring;

/// <summary>The environment of the measured processes: settings as a user gives them.</summary>
static class ChildSettings
{
    public static IEnumerable<KeyValuePair<string, string>> For(BrokerAddress broker, string key) =>
    [
        .. broker.ToEnvironment(),
        new("ASPNETCORE_URLS", "http://127.0.0.1:0"),
        new("DOTNET_ENVIRONMENT", "Production"),
        new("EventBus__Keys__0__Name", "bench"),
        new("EventBus__Keys__0__Hash", ApiKey.Hash(key)),
        new("EventBus__Keys__0__Sources__0", "canvas"),
        new("Logging__LogLevel__Default", "Warning"),

        // Standard output is the bench's.
        new("Logging__Console__LogToStandardErrorThreshold", "Trace"),

        // As the web SDK sets it for the gateway; the twin gets the same.
        new("DOTNET_gcServer", "1"),

        // Nobody exports telemetry.
        new("OTEL_EXPORTER_OTLP_ENDPOINT", ""),
        new("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", ""),
        new("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", ""),
    ];
}
