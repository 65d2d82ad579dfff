using System.Reflection;
using EventBus.Contracts;
using EventBus.Publisher;
using EventBus.Publisher.Transport;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventBus.Consumers.Hosting;

/// <summary>Adds a consumer to a service.</summary>
public static partial class EventConsumerExtensions
{
    /// <summary>How often an event is given to a consumer that throws before it is dead-lettered.</summary>
    public const int MaxAttempts = 3;

    /// <summary>
    /// Adds a consumer that says with <see cref="RespondsToAttribute"/> what it responds to. Its queue, and its name, is the class's name in kebab case without
    /// <c>Consumer</c>: <c>AppointmentReminderConsumer</c> has <c>appointment-reminder</c>.
    /// </summary>
    /// <typeparam name="TConsumer">An <see cref="IConsumer{T}"/> of one or more contracts, or of <see cref="CloudEvent"/> for all.</typeparam>
    /// <exception cref="OptionsValidationException">The class does not say what it responds to, or something that is no pattern.</exception>
    public static IServiceCollection AddEventConsumer<TConsumer>(this IServiceCollection services, IConfiguration configuration)
        where TConsumer : class, IConsumer
    {
        var events = typeof(TConsumer).GetCustomAttribute<RespondsToAttribute>()?.Events ?? [];
        var patterns = ReadPatterns<TConsumer>(events);
        return services.AddEventConsumer<TConsumer>(configuration, _ => patterns);
    }

    /// <summary>Adds a consumer whose patterns are known only when the service starts.</summary>
    /// <inheritdoc cref="AddEventConsumer{TConsumer}(IServiceCollection, IConfiguration)" path="/typeparam"/>
    public static IServiceCollection AddEventConsumer<TConsumer>(
        this IServiceCollection services, IConfiguration configuration, Func<IServiceProvider, IReadOnlyList<TypePattern>> patterns)
        where TConsumer : class, IConsumer
    {
        services.AddEventPublisher(configuration);
        services.TryAddScoped<TConsumer>();
        var queue = QueueName<TConsumer>();
        services.AddSingleton(new ReceiveEndpointRegistration(queue, patterns, (context, endpoint) =>
        {
            var asked = patterns(context);
            var logger = context.GetRequiredService<ILoggerFactory>().CreateLogger($"EventBus.Consumers.{queue}");
            foreach (var pattern in asked.Where(p => !p.MatchesKnownEvent()))
            {
                LogUnknownPattern(logger, queue, pattern.Text);
            }

            endpoint.PublishFaults = false;
            endpoint.PrefetchCount = 64;
            endpoint.UseFilter(new OutcomeFilter(queue, asked));
            endpoint.UseMessageRetry(retry =>
            {
                retry.Exponential(MaxAttempts - 1, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(400));
                retry.Ignore<EventFailedException>();
            });
            endpoint.ConfigureError(error => error.UseFilter(new DeadLetterFilter(queue, logger)));
            endpoint.Consumer<TConsumer>(context);
        }));
        return services;
    }

    /// <summary>The name of a consumer's queue.</summary>
    public static string QueueName<TConsumer>()
        where TConsumer : class, IConsumer => new KebabCaseEndpointNameFormatter(includeNamespace: false).Consumer<TConsumer>();

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

    [LoggerMessage(201, LogLevel.Warning, "Consumer {Consumer} responds to '{Pattern}', which matches no event of the catalog; check its spelling")]
    static partial void LogUnknownPattern(ILogger logger, string consumer, string pattern);
}
