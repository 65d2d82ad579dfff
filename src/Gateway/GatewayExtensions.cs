using System.Threading.RateLimiting;
using EventBus.Gateway.Accepting;
using EventBus.Gateway.Answering;
using EventBus.Gateway.Canvas;
using EventBus.Gateway.CarePortals;
using EventBus.Gateway.CatalogApi;
using EventBus.Gateway.CloudEvents;
using EventBus.Gateway.Ingress;
using EventBus.Gateway.Keys;
using EventBus.Gateway.SmartFlowSheet;
using EventBus.Gateway.Spooling;
using EventBus.Gateway.Status;
using EventBus.Publisher;
using EventBus.ServiceDefaults;
using EventBus.Storage;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace EventBus.Gateway;

/// <summary>Adds the gateway to a host: the HTTP routes by which events come in.</summary>
public static class GatewayExtensions
{
    const string DefaultUrl = "http://127.0.0.1:8080";
    const string InWork = "in-work";

    /// <summary>Adds what the gateway works with. It listens on 127.0.0.1:8080 unless <c>ASPNETCORE_URLS</c> or <c>--urls</c> says otherwise.</summary>
    public static WebApplicationBuilder AddGateway(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Configuration["urls"] is null && builder.Configuration["http_ports"] is null && !builder.Configuration.GetSection("Kestrel:Endpoints").Exists())
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // The gateway counts for itself, so that the answer to a body that is too large arrives (BodyReader).
            kestrel.Limits.MaxRequestBodySize = null;
        });

        // First, so that it is open when the addresses are validated: without keys in it, the gateway serves this machine only.
        builder.Services.AddEventStorage(builder.Configuration);
        builder.Services.AddGatewayOptions(builder.Configuration);
        builder.Services.AddEventPublisher(builder.Configuration);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<StoredKeys>();
        builder.Services.AddSingleton<KeyRing>();
        builder.Services.AddHostedService<StoredKeyReader>();
        builder.Services.AddSingleton<IngressPipeline>();
        builder.Services.AddAccepting();
        builder.Services.AddAnswering();
        builder.AddOutlet();
        builder.Services.AddSingleton<OpenGatewayGuard>();
        builder.Services.AddSingleton<IValidateOptions<OpenGatewayGuard.BoundAddresses>>(provider => provider.GetRequiredService<OpenGatewayGuard>());
        builder.Services.AddOptions<OpenGatewayGuard.BoundAddresses>().ValidateOnStart();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<OpenGatewayGuard>());
        builder.Services.AddOpenApi(openApi => openApi.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "EventBus gateway";
            return Task.CompletedTask;
        }));
        builder.Services.AddOptions<RateLimiterOptions>().Configure<IOptions<GatewayOptions>>((limiter, gateway) =>
        {
            limiter.AddPolicy(InWork, _ => RateLimitPartition.GetConcurrencyLimiter(
                InWork,
                _ => new ConcurrencyLimiterOptions { PermitLimit = gateway.Value.MaxConcurrentRequests }));
            limiter.OnRejected = (rejected, _) => new ValueTask(ErrorWriter.WriteAsync(rejected.HttpContext, Refusal.TooManyRequests()));
        });
        builder.Services.AddRateLimiter(_ => { });
        return builder;
    }

    /// <summary>Adds the gateway's settings, its keys among them, checked at start.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The keys are wrong.</exception>
    public static IServiceCollection AddGatewayOptions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<GatewayOptions>()
            .BindSettings(configuration.GetSection("EventBus:Gateway"))
            .Validate(o => o.MaxBodyBytes is >= 1024 and <= 64 * 1024 * 1024, "EventBus:Gateway:MaxBodyBytes is not between 1024 and 67108864; for example EventBus__Gateway__MaxBodyBytes=1048576")
            .Validate(o => o.MaxConcurrentRequests is > 0 and <= 100_000, "EventBus:Gateway:MaxConcurrentRequests is not between 1 and 100000; for example EventBus__Gateway__MaxConcurrentRequests=2000")
            .Validate(o => Enum.IsDefined(o.UnknownTypes), "EventBus:Gateway:UnknownTypes is neither accept nor reject; for example EventBus__Gateway__UnknownTypes=reject")
            .Validate(o => o.Name is { Length: > 0 and <= 100 } && !o.Name.Any(char.IsControl), "EventBus:Gateway:Name is not 1 to 100 characters; for example EventBus__Gateway__Name=gateway-1")
            .Validate(o => o.IdempotencyWindow >= TimeSpan.FromMinutes(1) && o.IdempotencyWindow <= TimeSpan.FromDays(30), "EventBus:Gateway:IdempotencyWindow is not between 1 minute and 30 days; for example EventBus__Gateway__IdempotencyWindow=1.00:00:00")
            .Validate(o => o.AnswerTimeout >= TimeSpan.FromMilliseconds(100) && o.AnswerTimeout <= GatewayOptions.MaxAnswerTimeout, "EventBus:Gateway:AnswerTimeout is not between 100 ms and 1 minute; for example EventBus__Gateway__AnswerTimeout=00:00:10")
            .Validate(o => o.SpoolMaxBytes >= 1024 * 1024, "EventBus:Gateway:SpoolMaxBytes is not at least 1048576; for example EventBus__Gateway__SpoolMaxBytes=1073741824")
            .ValidateOnStart();
        return services.AddSingleton(new ConfiguredKeys(configuration));
    }

    /// <summary>Maps the gateway's routes.</summary>
    public static WebApplication MapGateway(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseMiddleware<ErrorMiddleware>();
        app.UseRouting();
        app.UseRateLimiter();
        app.MapHealth(degradedIsReady: true);
        app.MapOpenApi();
        app.MapCatalog();
        app.MapStatus();
        var senders = app.MapGroup("/v1").RequireRateLimiting(InWork);

        // Not by each request, which would make a scope of services for it.
        var pipeline = app.Services.GetRequiredService<IngressPipeline>();
        senders.MapCloudEvents(pipeline);
        senders.MapCanvas(pipeline);
        senders.MapCarePortals(pipeline);
        senders.MapSmartFlowSheet(pipeline);
        return app;
    }
}
