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
        var subjects = items.GroupBy(i => SubjectOf(eventOf(i))).Select(s => new Queue<T>(s)).ToList();
        while (subjects.Count > 0)
        {
            // Of each subject the next one, all of them together.
            var failed = await TryPublishAsync(publisher, subjects.ConvertAll(s => eventOf(s.Peek())), cancellationToken);
            var onward = new List<Queue<T>>(subjects.Count);
            for (var i = 0; i < failed.Count; i++)
            {
                if (failed[i] is { } reason)
                {
                    failure ??= reason;
                    continue;
                }

                done.Add(subjects[i].Dequeue());
                if (subjects[i].Count > 0)
                {
                    onward.Add(subjects[i]);
                }
            }

            subjects = onward;
        }

        return ([.. items.Where(i => !done.Contains(i))], failure);
    }

    /// <returns>For each of them why it was not published; null where it was.</returns>
    static async Task<IReadOnlyList<Exception?>> TryPublishAsync(IEventPublisher publisher, List<CloudEvent> events, CancellationToken cancellationToken)
    {
        var failed = new Exception?[events.Count];
        try
        {
            await publisher.PublishAsync(events, cancellationToken);
        }
        catch (EventPublishException e)
        {
            foreach (var i in e.Unconfirmed.Count > 0 ? e.Unconfirmed : [.. Enumerable.Range(0, events.Count)])
            {
                failed[i] = e;
            }
        }
        catch (ArgumentException e) when (events.Count == 1)
        {
            failed[0] = e;
        }
        catch (ArgumentException)
        {
            // None was sent; the others do not suffer for one that is wrong.
            for (var i = 0; i < events.Count; i++)
            {
                failed[i] = (await TryPublishAsync(publisher, [events[i]], cancellationToken))[0];
            }
        }

        return failed;
    }

    /// <summary>What <see cref="EventKey.OfSubject"/> is made of, without the hash; of events without a subject the id will do.</summary>
    static (string? Tenant, string Source, string? Subject, string? Id) SubjectOf(CloudEvent @event) =>
        (@event.Tenant, @event.Source, @event.Subject, @event.Subject is null ? @event.Id : null);
}
