using EventBus.Delivery;
using EventBus.Operations;
using EventBus.Operations.Access;
using EventBus.Operations.Alerts;
using EventBus.Operations.Audit;
using EventBus.Operations.Broker;
using EventBus.Operations.Overview;
using EventBus.OperatorConsole.Access;
using EventBus.OperatorConsole.Actions;
using EventBus.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace EventBus.OperatorConsole;

/// <summary>Serves the Console: an application of its own beside whatever else the host serves, so that no route or middleware of one is reached through the other.</summary>
public sealed class ConsoleListener(
    Database database, TimeProvider time, IOptions<ConsoleOptions> options, BrokerClient broker, BrokerWatch watch, ILoggerFactory logging, AddressGuard guard, IEnumerable<IEndpointTester> testers)
    : IHostedService, IAsyncDisposable
{
    WebApplication? _app;

    /// <summary>Where it listens, once it does; null where it is off.</summary>
    public string? Address => _app?.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()?.TrimEnd('/');

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.IsOn)
        {
            return;
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().UseUrls(options.Value.Url).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 8 * 1024 * 1024;
        });
        builder.Logging.ClearProviders().AddProvider(new SharedLog(logging)).AddFilter("Microsoft.Hosting.Lifetime", LogLevel.None)
            .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error).AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.Error);
        AddServices(builder.Services);
        _app = builder.Build();
        _app.UseRouting();
        _app.UseMiddleware<Gate>();
        _app.UseRateLimiter();
        _app.MapAssets();
        _app.MapPages();
        _app.MapActions();
        await _app.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => _app?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app?.DisposeAsync() ?? ValueTask.CompletedTask;

    void AddServices(IServiceCollection services)
    {
        services.AddSingleton(_ => database);
        services.AddSingleton(time);
        services.AddSingleton(options);
        services.AddSingleton(broker);
        services.AddSingleton(_ => watch);
        services.AddSingleton(_ => guard);
        foreach (var tester in testers)
        {
            services.AddSingleton(tester);
        }

        services.AddRoutingCore();
        services.AddRazorComponents();
        services.AddMemoryCache();
        services.AddSignInLimit(options.Value);
        services.AddDataProtection().SetApplicationName("eventbus-console");
        services.AddOptions<KeyManagementOptions>().Configure(o => o.XmlRepository = new FormKeys(database));
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = Cookies.Form;
            antiforgery.Cookie.HttpOnly = true;
            antiforgery.Cookie.SameSite = SameSiteMode.Strict;
            antiforgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        services.AddSingleton<SituationRoom>().AddSingleton<Sessions>().AddSingleton<Users>().AddSingleton<AuditLog>().AddSingleton<Minutes>().AddSingleton<DeadLetterDesk>()
            .AddSingleton<Endpoints>().AddSingleton<EndpointDesk>().AddSingleton<EventHistory>().AddSingleton<EventQuery>().AddSingleton<Replays>().AddSingleton<Reveals>().AddSingleton<SubjectSearches>().AddSingleton<KnownConsumers>().AddSingleton<SeenTypes>().AddSingleton<PublisherKeys>().AddSingleton<FailureMarks>().AddSingleton<DeadLetterTrends>()
            .AddSingleton<FlowMap>().AddSingleton<WorkflowRuns>().AddSingleton<Records>().AddSingleton<CommandFindings>()
            .AddSingleton<AlertDesk>().AddSingleton<KnownHosts>().AddSingleton<QueueRoom>().AddSingleton<TopologyDesk>();
        services.AddScoped<Visitor>();
    }

    /// <summary>What the Console logs goes where its host logs.</summary>
    sealed class SharedLog(ILoggerFactory logging) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => logging.CreateLogger(categoryName);

        public void Dispose()
        {
        }
    }
}
