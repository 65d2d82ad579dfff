using EventBus.Operations.Access;
using EventBus.TestServices;

namespace EventBus.Bench.Measuring;

/// <summary>The environment of one side's processes: settings as a team gives them, with everything on.</summary>
/// <param name="Broker">Its virtual host.</param>
/// <param name="ConnectionString">Its database.</param>
/// <param name="Folder">Its data directory.</param>
/// <param name="Collector">Where telemetry is sent to.</param>
sealed record ChildSettings(BrokerAddress Broker, string ConnectionString, string Folder, string Collector)
{
    /// <summary>The sender's key.</summary>
    public string Key { get; } = ApiKey.Create();

    /// <summary>Ours.</summary>
    public IEnumerable<KeyValuePair<string, string>> ToOurs() =>
    [
        .. ToTwin(),
        new("DOTNET_ENVIRONMENT", "Production"),
        new("EventBus__Storage", "postgres"),
        new("EventBus__Gateway__UnknownTypes", "reject"),
        new("EventBus__Keys__0__Name", "bench"),
        new("EventBus__Keys__0__Hash", ApiKey.Hash(Key)),
        new("EventBus__Keys__0__Sources__0", "canvas"),
        new("EventBus__Keys__0__Sources__1", "careportals"),
        new("EventBus__Keys__0__Sources__2", "smartflowsheet"),
        new("Logging__LogLevel__Default", "Warning"),

        // Standard output is the bench's.
        new("Logging__Console__LogToStandardErrorThreshold", "Trace"),
        new("OTEL_EXPORTER_OTLP_ENDPOINT", Collector),
        new("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
    ];

    /// <summary>Ours, in one process, which says where it listens before it does.</summary>
    public IEnumerable<KeyValuePair<string, string>> ToStandalone() =>
    [
        .. ToOurs(),
        new("ASPNETCORE_URLS", $"http://127.0.0.1:{FreePort.Next()}"),
        new("EventBus__Storage", "sqlite"),
        new("EventBus__Transport", "memory"),
        new("EventBus__Console__Url", $"http://127.0.0.1:{FreePort.Next()}"),
    ];

    /// <summary>The twin's.</summary>
    public IEnumerable<KeyValuePair<string, string>> ToTwin() =>
    [
        .. Broker.ToEnvironment(),
        new("EventBus__Postgres__ConnectionString", ConnectionString),
        new("EventBus__DataDirectory", Folder),
        new("ASPNETCORE_URLS", "http://127.0.0.1:0"),
    ];
}
