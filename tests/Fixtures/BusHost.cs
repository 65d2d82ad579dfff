using System.Net.Http.Headers;
using EventBus.Consumers.Appointments;
using EventBus.Consumers.Archive;
using EventBus.Consumers.CommandLifecycle;
using EventBus.Consumers.Hosting;
using EventBus.Consumers.Treatments;
using EventBus.Consumers.Webhooks;
using EventBus.Consumers.Workflows;
using EventBus.Contracts;
using EventBus.Gateway;
using EventBus.Gateway.Answering;
using EventBus.Operations;
using EventBus.OperatorConsole;
using EventBus.ServiceDefaults;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventBus.Tests.Fixtures;

public enum TestTransport
{
    Memory,
    RabbitMq,
}

/// <summary>A gateway, and whatever consumers a test asks for, in one process on a free port, composed from the same extensions as the real hosts.</summary>
sealed class BusHost : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly DirectoryInfo _data;
    Func<Task> _afterwards = () => Task.CompletedTask;

    BusHost(WebApplication app, LogCollector log, DirectoryInfo data)
    {
        _app = app;
        _data = data;
        Log = log;
        Http = new HttpClient { BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };
    }

    /// <summary>For requests to the gateway.</summary>
    public HttpClient Http { get; }

    /// <summary>Every line that was logged.</summary>
    public LogCollector Log { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts the host on the in-memory transport.</summary>
    public static Task<BusHost> StartInMemoryAsync(Action<BusHostBuilder>? configure = null) =>
        StartAsync([new("EventBus:Transport", "memory")], configure);

    /// <summary>Starts the host on the real broker, in a virtual host of its own.</summary>
    public static async Task<BusHost> StartAsync(TestTransport transport, RabbitMqFixture broker, Action<BusHostBuilder>? configure = null)
    {
        if (transport == TestTransport.Memory)
        {
            return await StartInMemoryAsync(configure);
        }

        var node = await broker.GetAsync();
        var virtualHost = await node.CreateVirtualHostAsync(CancellationToken.None);
        var host = await StartAsync(Broker(node.AmqpUri, virtualHost), configure);
        host._afterwards = () => node.DeleteVirtualHostAsync(virtualHost);
        return host;
    }

    /// <summary>Starts the host with settings for the transport.</summary>
    public static async Task<BusHost> StartAsync(IEnumerable<KeyValuePair<string, string?>> transport, Action<BusHostBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        var log = new LogCollector();
        var data = Directory.CreateTempSubdirectory("eventbus-test-");
        builder.Configuration.AddInMemoryCollection([new("urls", "http://127.0.0.1:0"), new("EventBus:DataDirectory", data.FullName), .. transport]);
        var options = new BusHostBuilder(builder);
        configure?.Invoke(options);
        builder.AddServiceDefaults("test");
        builder.AddGateway();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Trace);
        options.Apply();
        var app = builder.Build();
        app.MapGateway();
        try
        {
            await app.StartAsync();
            var host = new BusHost(app, log, data);
            await host.UntilReadyAsync();
            return host;
        }
        catch
        {
            // Some are meant not to start.
            await app.DisposeAsync();
            data.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>The settings that lead to a virtual host of a node.</summary>
    public static IReadOnlyList<KeyValuePair<string, string?>> Broker(string amqpUri, string virtualHost) =>
    [
        new("EventBus:Transport", "rabbitmq"),
        new("EventBus:RabbitMq:Host", amqpUri),
        new("EventBus:RabbitMq:VirtualHost", virtualHost),
    ];

    /// <summary>The settings for a transport that several hosts, one after the other, share: in a virtual host of their own where it is the real broker.</summary>
    public static async Task<IReadOnlyList<KeyValuePair<string, string?>>> SharedAsync(TestTransport transport, RabbitMqFixture broker)
    {
        if (transport == TestTransport.Memory)
        {
            return [new("EventBus:Transport", "memory")];
        }

        var node = await broker.GetAsync();
        return Broker(node.AmqpUri, await node.CreateVirtualHostAsync(CancellationToken.None));
    }

    /// <summary>Posts a body as it is.</summary>
    public Task<HttpResponseMessage> PostAsync(string path, ReadOnlyMemory<byte> body, string? contentType = "application/json", params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ReadOnlyMemoryContent(body) };
        if (contentType is not null)
        {
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return Http.SendAsync(request);
    }

    /// <inheritdoc cref="PostAsync(string, ReadOnlyMemory{byte}, string?, ValueTuple{string, string}[])"/>
    public Task<HttpResponseMessage> PostAsync(string path, string body, string? contentType = "application/json", params (string Name, string Value)[] headers) =>
        PostAsync(path, System.Text.Encoding.UTF8.GetBytes(body), contentType, headers);

    /// <summary>Waits until the gateway knows that so many consumers decide on such an event.</summary>
    public Task UntilRespondingAsync(CloudEvent @event, int responders) => Eventually.TrueAsync(
        async () => (await Services.GetRequiredService<Responders>().OfAsync(@event)).Responders.Count == responders, "the responders are known");

    /// <summary>What <c>/health/ready</c> says: a gateway that is degraded works, but its consumers' queues may not be there yet.</summary>
    public async Task<string?> HealthAsync()
    {
        using var response = await Http.GetAsync("/health/ready");
        return System.Text.Json.JsonElement.Parse(await response.Content.ReadAsByteArrayAsync()).GetProperty("status").GetString();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _data.Delete(recursive: true);
        await _afterwards();
    }

    async Task UntilReadyAsync()
    {
        try
        {
            await Eventually.TrueAsync(async () => await HealthAsync() == "Healthy", "the host is ready");
        }
        catch (Exception e)
        {
            throw new InvalidOperationException(string.Join('\n', Log.Lines.Where(l => l.StartsWith("Warning", StringComparison.Ordinal) || l.StartsWith("Error", StringComparison.Ordinal)).TakeLast(20)), e);
        }
    }
}

/// <summary>What a test adds to a host.</summary>
sealed class BusHostBuilder(WebApplicationBuilder builder)
{
    readonly List<Action> _later = [];

    /// <summary>A setting, by its key with colons.</summary>
    public BusHostBuilder With(string key, string? value) => With([new(key, value)]);

    /// <summary>Settings, by their keys with colons.</summary>
    public BusHostBuilder With(IEnumerable<KeyValuePair<string, string?>> settings)
    {
        builder.Configuration.AddInMemoryCollection(settings);
        return this;
    }

    /// <summary>An endpoint that a receiver of the test's stands for.</summary>
    public BusHostBuilder WithEndpoint(int index, string name, Uri url, params (string Key, string Value)[] settings)
    {
        With($"EventBus:Endpoints:{index}:Name", name).With($"EventBus:Endpoints:{index}:Url", url.ToString());
        foreach (var (key, value) in settings)
        {
            With($"EventBus:Endpoints:{index}:{key}", value);
        }

        return this;
    }

    /// <summary>The four consumers, as Standalone has them.</summary>
    public BusHostBuilder WithConsumers() => Then(() => builder.Services
        .AddAppointments(builder.Configuration)
        .AddCommandLifecycle(builder.Configuration)
        .AddTreatments(builder.Configuration)
        .AddWebhooks(builder.Configuration));

    /// <summary>Workflows.</summary>
    public BusHostBuilder WithWorkflows() => Then(() => builder.Services.AddWorkflows(builder.Configuration));

    /// <summary>The archive.</summary>
    public BusHostBuilder WithArchive() => Then(() => builder.Services.AddArchive(builder.Configuration));

    /// <summary>The Console, and what counts for it.</summary>
    public BusHostBuilder WithConsole() => With("EventBus:Console:Url", "http://127.0.0.1:0").Then(() => builder.Services.AddConsole(builder.Configuration).AddReconciler(builder.Configuration));

    /// <summary>A consumer of the test's own.</summary>
    public BusHostBuilder WithConsumer<TConsumer>()
        where TConsumer : class, IConsumer => Then(() => builder.Services.AddEventConsumer<TConsumer>(builder.Configuration));

    /// <summary>A service that a consumer of the test's asks for.</summary>
    public BusHostBuilder WithService<TService>(TService instance)
        where TService : class => Then(() => builder.Services.AddSingleton(instance));

    public void Apply() => _later.ForEach(action => action());

    BusHostBuilder Then(Action action)
    {
        _later.Add(action);
        return this;
    }
}
