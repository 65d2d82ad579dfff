using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace EventBus.ServiceDefaults;

/// <summary>
/// Exports traces, metrics and logs by OTLP while the host runs, where the standard variables (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c> and the like, OpenTelemetry
/// protocol exporter specification) say where to. MassTransit's and RabbitMQ's own spans are left out: they hold the texts of exceptions that consumers throw.
/// </summary>
sealed class Telemetry(IHostEnvironment environment, IConfiguration configuration, string serviceName) : IHostedService, IDisposable
{
    const string Every = "OTEL_EXPORTER_OTLP_ENDPOINT";

    TracerProvider? _traces;
    MeterProvider? _metrics;

    /// <summary>Adds logs to what is exported, where the variables say where to.</summary>
    public static void AddLogs(ILoggingBuilder logging, IHostEnvironment environment, IConfiguration configuration, string serviceName)
    {
        if (Exports(configuration, "LOGS"))
        {
            logging.AddOpenTelemetry(logs => logs.SetResourceBuilder(Resource(environment, configuration, serviceName)).AddOtlpExporter());
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var resource = Resource(environment, configuration, serviceName);
        if (Exports(configuration, "TRACES"))
        {
            _traces = Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(resource)
                .AddSource("Microsoft.AspNetCore", "System.Net.Http", "EventBus.*")
                .AddOtlpExporter()
                .Build();
        }

        if (Exports(configuration, "METRICS"))
        {
            _metrics = Sdk.CreateMeterProviderBuilder()
                .SetResourceBuilder(resource)
                .AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime", "EventBus.*")
                .AddOtlpExporter()
                .Build();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _traces?.ForceFlush(5000);
        _metrics?.ForceFlush(5000);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
    }

    static bool Exports(IConfiguration configuration, string signal) =>
        !string.IsNullOrEmpty(configuration[Every]) || !string.IsNullOrEmpty(configuration[$"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"]);

    static ResourceBuilder Resource(IHostEnvironment environment, IConfiguration configuration, string serviceName) => ResourceBuilder.CreateDefault()
        .AddService(configuration["OTEL_SERVICE_NAME"] ?? serviceName, serviceNamespace: "eventbus")
        .AddAttributes([new KeyValuePair<string, object>("deployment.environment.name", environment.EnvironmentName)]);
}
