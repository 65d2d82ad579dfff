using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace EventBus.ServiceDefaults;

/// <summary>What every host of the bus has in common.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>Adds logging that keeps payloads out, OpenTelemetry, and health checks.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="serviceName">The service's name in telemetry, unless <c>OTEL_SERVICE_NAME</c> gives another.</param>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder, string serviceName)
        where TBuilder : IHostApplicationBuilder
    {
        // Logging:Console:FormatterName=json writes each line as JSON.
        builder.Logging.AddConsole();
        builder.Services.Configure<SimpleConsoleFormatterOptions>(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
        });
        Telemetry.AddLogs(builder.Logging, builder.Environment, builder.Configuration, serviceName);

        // Requests' URLs stay out of the log.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);

        // Whoever asks for health gets the answer; a line for each time somebody asks says nothing more.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        builder.Services.AddHostedService(services => new Telemetry(services.GetRequiredService<IHostEnvironment>(), builder.Configuration, serviceName));
        builder.Services.AddHealthChecks();
        builder.Services.AddHostedService<HealthListener>();
        return builder;
    }
}
