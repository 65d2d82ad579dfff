using EventBus.Publisher.Transport;
using EventBus.Storage;

namespace EventBus.Gateway.Answering;

/// <summary>Adds answers that wait for the outcome.</summary>
static class AnsweringExtensions
{
    public static void AddAnswering(this IServiceCollection services)
    {
        var collector = new AnswerCollector();
        services.AddSingleton(collector);
        services.AddSingleton(new EventQueue(collector.Address, QueueSource.Answers, _ => [], _ => collector));
        services.AddSingleton<Responders>();
        services.AddSingleton(s => new Answers(s.GetRequiredService<Database>()));
        services.AddSingleton<SynchronousAnswers>();
    }
}
