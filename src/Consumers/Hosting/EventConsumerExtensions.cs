using System.Reflection;
using EventBus.Consumers.Hosting.Reactions;
using EventBus.Contracts;
using EventBus.Publisher;
using EventBus.Delivery.Lanes;
using EventBus.Publisher.Topology;
using EventBus.Publisher.Transport;
using EventBus.Storage;
using MassTransit;
using MassTransit.Configuration;
using MassTransit.Transports;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace EventBus.Consumers.Hosting;

/// <summary>Adds a consumer to a service.</summary>
public static class EventConsumerExtensions
{
    /// <summary>
    /// Adds a consumer that says with <see cref="RespondsToAttribute"/> what it responds to. Its queue, and its name, is the class's name in kebab case without
    /// <c>Consumer</c>: <c>AppointmentReminderConsumer</c> has <c>appointment-reminder</c>.
    /// </summary>
    /// <typeparam name="TConsumer">An <see cref="IConsumer{T}"/> of one or more contracts, or of <see cref="CloudEvent"/> for all.</typeparam>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">The settings.</param>
    /// <param name="patterns">What it responds to, where that is known only when the service starts.</param>
    /// <param name="endpoints">Endpoints that it brings its events to as well.</param>
    /// <exception cref="OptionsValidationException">The class does not say what it responds to, or something that is no pattern.</exception>
    public static IServiceCollection AddEventConsumer<TConsumer>(
        this IServiceCollection services, IConfiguration configuration, Func<IServiceProvider, IReadOnlyList<TypePattern>>? patterns = null,
        Func<IServiceProvider, IReadOnlyList<DeliveryTarget>>? endpoints = null)
        where TConsumer : class, IConsumer
    {
        if (patterns is null)
        {
            var known = ReadPatterns<TConsumer>(typeof(TConsumer).GetCustomAttribute<RespondsToAttribute>()?.Events ?? []);
            patterns = _ => known;
        }

        var queue = QueueName<TConsumer>();
        services.TryAddScoped<TConsumer>();
        services.RegisterConsumer<TConsumer>();
        return services.AddConsumer(
            configuration,
            queue,
            patterns,
            provider => new HandlerTarget(
                patterns(provider), () => provider.GetRequiredService<IReceiveEndpointDispatcherFactory>().CreateConsumerReceiver<TConsumer>(queue), RespondingOf<TConsumer>(provider, queue),
                provider.GetRequiredService<IOptions<HandlerOptions>>().Value, provider.GetRequiredService<TimeProvider>()),
            endpoints ?? (_ => []));
    }

    /// <summary>Adds a consumer that brings events to its endpoints, and has no handler of its own.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">The settings.</param>
    /// <param name="name">Its name, and that of its queues.</param>
    /// <param name="patterns">What it responds to; asked for when the host starts.</param>
    /// <param name="endpoints">Its endpoints.</param>
    public static IServiceCollection AddDeliveringConsumer(
        this IServiceCollection services, IConfiguration configuration, string name, Func<IServiceProvider, IReadOnlyList<TypePattern>> patterns,
        Func<IServiceProvider, IReadOnlyList<DeliveryTarget>> endpoints) => services.AddConsumer(configuration, name, patterns, null, endpoints);

    static IServiceCollection AddConsumer(
        this IServiceCollection services, IConfiguration configuration, string name, Func<IServiceProvider, IReadOnlyList<TypePattern>> patterns,
        Func<IServiceProvider, DeliveryTarget>? handler, Func<IServiceProvider, IReadOnlyList<DeliveryTarget>> endpoints)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddEventStorage(configuration);

        // The bus comes before the lanes, because what starts first stops last.
        services.AddEventPublisher(configuration);
        if (!services.Any(s => s.ServiceType == typeof(LaneHost)))
        {
            services.TryAddSingleton(TimeProvider.System);
            services.AddSingleton<IConfigureReceiveEndpoint, HandlerRunFilter>();
            services.AddOptions<HandlerOptions>()
                .BindSettings(configuration.GetSection("EventBus:Consumers"), typeof(ConsumerQueueOptions))
                .Validate(o => o.MaxConcurrency is >= 1 and <= 10_000, "EventBus:Consumers:MaxConcurrency is not between 1 and 10000; for example EventBus__Consumers__MaxConcurrency=64")
                .Validate(
                    o => o.RetrySchedule.All(d => d > TimeSpan.Zero && d <= TimeSpan.FromDays(7)),
                    "EventBus:Consumers:RetrySchedule has a pause that is not between 1 ms and 7 days; for example EventBus__Consumers__RetrySchedule__0=00:00:05")
                .ValidateOnStart();
            services.AddSingleton<LaneHost>();
            services.AddHostedService(provider => provider.GetRequiredService<LaneHost>());
            services.AddHostedService<ConsumerRegister>();
            services.AddHostedService<ReplayRunner>();
            services.AddHostedService<TimerRunner>();
            services.AddHostedService<OutboxRelay>();
        }

        services.AddSingleton(new ConsumerRegistration(name, patterns, handler, endpoints));
        services.AddSingleton(new EventQueue(name, QueueSource.Patterns, patterns, provider => provider.GetRequiredService<LaneHost>().Receiver(name)));
        services.AddSingleton(new EventQueue(
            TopologyNames.DeadLetterQueue(name), QueueSource.Direct, _ => [], provider => provider.GetRequiredService<LaneHost>().DeadReceiver(name)));
        return services;
    }

    /// <summary>The name of a consumer's queue.</summary>
    public static string QueueName<TConsumer>()
        where TConsumer : class, IConsumer => new KebabCaseEndpointNameFormatter(includeNamespace: false).Consumer<TConsumer>();

    static Responding? RespondingOf<TConsumer>(IServiceProvider provider, string name)
    {
        var judge = new Judge(provider.GetRequiredService<IServiceScopeFactory>(), typeof(TConsumer), typeof(TConsumer).GetCustomAttribute<RespondsToAttribute>()?.AcceptOnError == true);
        return judge.Exists
            ? new Responding(name, judge, new Answers(provider.GetRequiredService<Database>()), provider.GetRequiredService<IVerdictSender>(), provider.GetRequiredService<TimeProvider>())
            : null;
    }

    static IReadOnlyList<TypePattern> ReadPatterns<TConsumer>(IReadOnlyList<string> events)
    {
        var name = typeof(TConsumer).Name;
        if (events.Count == 0)
        {
            throw new OptionsValidationException(name, typeof(RespondsToAttribute), [$"{name} does not say what it responds to; for example [RespondsTo(\"*.appointment.#\")]"]);
        }

        try
        {
            return [.. events.SelectMany(TypePattern.Read)];
        }
        catch (FormatException e)
        {
            throw new OptionsValidationException(name, typeof(RespondsToAttribute), [$"[RespondsTo] of {name}: {e.Message}"]);
        }
    }
}
