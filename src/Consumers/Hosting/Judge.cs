using System.Reflection;
using EventBus.Contracts;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Consumers.Hosting;

/// <summary>Asks a consumer class for its verdicts.</summary>
/// <param name="scopes">Where its instances come from, one for each event.</param>
/// <param name="consumer">The class.</param>
/// <param name="acceptsOnError">Whether what it throws is an acceptance.</param>
sealed class Judge(IServiceScopeFactory scopes, Type consumer, bool acceptsOnError)
{
    static readonly MethodInfo Method = typeof(Judge).GetMethod(nameof(AskAsync), BindingFlags.NonPublic | BindingFlags.Static)!;

    readonly Dictionary<Type, Func<object, CloudEvent, CancellationToken, Task<Verdict>>> _methods = consumer.GetInterfaces()
        .Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IResponder<>))
        .ToDictionary(i => i.GenericTypeArguments[0], i => Method.MakeGenericMethod(i.GenericTypeArguments[0]).CreateDelegate<Func<object, CloudEvent, CancellationToken, Task<Verdict>>>());

    /// <summary>Whether it judges any events.</summary>
    public bool Exists => _methods.Count > 0;

    /// <summary>Whether it judges events like this one.</summary>
    public bool Judges(CloudEvent @event) => Find(@event) is not null;

    /// <summary>Its verdict.</summary>
    public async Task<Verdict> AskAsync(CloudEvent @event, CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            return await Find(@event)!(scope.ServiceProvider.GetRequiredService(consumer), @event.Classify(), cancellationToken);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (EventFailedException e)
        {
            return Verdict.Refuse(e.Message);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The text can hold anything; the sender learns who failed.
            return acceptsOnError ? Verdict.Accept : Verdict.Refuse($"The check failed ({e.GetType().Name}).");
        }
    }

    Func<object, CloudEvent, CancellationToken, Task<Verdict>>? Find(CloudEvent @event) => _methods.GetValueOrDefault(@event.Family.Contract) ?? _methods.GetValueOrDefault(typeof(CloudEvent));

    static Task<Verdict> AskAsync<TEvent>(object consumer, CloudEvent @event, CancellationToken cancellationToken)
        where TEvent : CloudEvent => ((IResponder<TEvent>)consumer).JudgeAsync((TEvent)@event, cancellationToken);
}
