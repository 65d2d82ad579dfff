using System.Collections.Concurrent;
using System.Text.Json;
using EventBus.Tests.Fixtures;
using Microsoft.AspNetCore.Http;

namespace EventBus.Tests.Faults;

/// <summary>Writes down what it is sent, and misbehaves when it is told to.</summary>
sealed class Sink : IAsyncDisposable
{
    readonly Receiver _receiver;
    readonly ConcurrentDictionary<string, List<int>> _subjects = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, string> _ids = new(StringComparer.Ordinal);
    readonly Random _random = new(1);
    int _received;

    Sink(Receiver receiver) => _receiver = receiver;

    /// <summary>Whether it fails in every way that a receiver can.</summary>
    public bool Misbehaves { get; set; }

    /// <summary>What happens when the next delivery has been written down, before it is answered.</summary>
    public Func<Task>? BeforeAnswer { get; set; }

    public Uri Url => _receiver.Url;

    /// <summary>Deliveries it has taken, repetitions included.</summary>
    public int Received => _received;

    /// <summary>What went wrong: events out of order, and repetitions with another id.</summary>
    public ConcurrentQueue<string> Violations { get; } = new();

    public static async Task<Sink> StartAsync()
    {
        var receiver = await Receiver.StartAsync();
        var sink = new Sink(receiver);
        receiver.Answer = sink.TakeAsync;
        return sink;
    }

    /// <summary>How many different events of a subject it has.</summary>
    public int CountOf(string subject) => _subjects.TryGetValue(subject, out var numbers) ? numbers.Count : 0;

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    async Task TakeAsync(Fixtures.Delivery delivery, HttpContext context)
    {
        if (Misbehaves)
        {
            int kind;
            lock (_random)
            {
                kind = _random.Next(6);
            }

            switch (kind)
            {
                case 0:
                    context.Response.StatusCode = 500;
                    return;
                case 1:
                    context.Response.StatusCode = 429;
                    context.Response.Headers.RetryAfter = "1";
                    return;
                case 2:
                    context.Abort();
                    return;
                case 3:
                    await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                    return;
                case 4:
                    context.Response.StatusCode = 503;
                    await context.Response.WriteAsync("half");
                    await context.Response.Body.FlushAsync();
                    context.Abort();
                    return;
            }
        }

        var json = JsonElement.Parse(delivery.Body);
        Note(json.GetProperty("subject").GetString()!, json.GetProperty("data").GetInt32(), json.GetProperty("id").GetString()!, delivery.Headers["webhook-id"]);
        if (TakeBeforeAnswer() is { } now)
        {
            await now();
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    Func<Task>? TakeBeforeAnswer()
    {
        lock (_random)
        {
            var now = BeforeAnswer;
            BeforeAnswer = null;
            return now;
        }
    }

    void Note(string subject, int number, string id, string webhookId)
    {
        Interlocked.Increment(ref _received);
        if (_ids.GetOrAdd(id, webhookId) != webhookId)
        {
            Violations.Enqueue($"{id} came with two ids");
        }

        var numbers = _subjects.GetOrAdd(subject, _ => []);
        lock (numbers)
        {
            if (number == numbers.Count)
            {
                numbers.Add(number);
            }
            else if (number > numbers.Count)
            {
                Violations.Enqueue($"{subject}: {number} came before {numbers.Count}");
            }
        }
    }
}
