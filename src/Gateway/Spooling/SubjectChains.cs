using EventBus.Contracts;
using EventBus.Publisher;
using EventBus.Storage;

namespace EventBus.Gateway.Spooling;

/// <summary>
/// Publishes many events without letting one of a subject overtake another: each subject's one after the other, and none behind one that failed; subjects side by
/// side.
/// </summary>
static class SubjectChains
{
    /// <returns>Those that were not published, in the order given, and why the first of them was not.</returns>
    public static async Task<(IReadOnlyList<T> Left, Exception? Failure)> PublishAsync<T>(
        this IEventPublisher publisher, IReadOnlyList<T> items, Func<T, CloudEvent> eventOf, CancellationToken cancellationToken)
        where T : class
    {
        var done = new HashSet<T>(ReferenceEqualityComparer.Instance);
        Exception? failure = null;
        await Task.WhenAll(items.GroupBy(i => SubjectOf(eventOf(i))).Select(async subject =>
        {
            try
            {
                foreach (var item in subject)
                {
                    await publisher.PublishAsync(eventOf(item), cancellationToken);
                    lock (done)
                    {
                        done.Add(item);
                    }
                }
            }
            catch (Exception e) when (e is EventPublishException or ArgumentException)
            {
                Interlocked.CompareExchange(ref failure, e, null);
            }
        }));
        return ([.. items.Where(i => !done.Contains(i))], failure);
    }

    /// <summary>What <see cref="EventKey.OfSubject"/> is made of, without the hash; of events without a subject the id will do.</summary>
    static (string? Tenant, string Source, string? Subject, string? Id) SubjectOf(CloudEvent @event) =>
        (@event.Tenant, @event.Source, @event.Subject, @event.Subject is null ? @event.Id : null);
}
