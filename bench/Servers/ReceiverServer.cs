using System.Diagnostics;
using EventBus.Bench.Load;
using Microsoft.AspNetCore.Http;

namespace EventBus.Bench.Servers;

/// <summary>The receiver of webhooks: counts, notes how long each event took since it was to be sent, and says yes.</summary>
static class ReceiverServer
{
    /// <summary>Asks for the times since it was asked last.</summary>
    public const string Times = "times";

    /// <summary>From now on it answers after two seconds.</summary>
    public const string Slow = "slow";

    /// <summary>From now on it answers at once.</summary>
    public const string Fast = "fast";

    static readonly TimeSpan SlowAnswer = TimeSpan.FromSeconds(2);

    public static async Task RunAsync()
    {
        var check = new OrderCheck();
        var times = new List<long>();
        var isSlow = false;
        await TwinHttp.ServeAsync(
            async context =>
            {
                var body = new byte[context.Request.ContentLength!.Value];
                await context.Request.Body.ReadExactlyAsync(body);
                var now = Stopwatch.GetTimestamp();
                if (context.Request.Headers["webhook-signature"].Count != 1)
                {
                    context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                    return;
                }

                if (Volatile.Read(ref isSlow))
                {
                    await Task.Delay(SlowAnswer);
                }

                var id = OrderedId.Find(body);
                check.Note(id);
                lock (times)
                {
                    times.Add(now - id.Ticks);
                }

                context.Response.StatusCode = StatusCodes.Status204NoContent;
            },
            question =>
            {
                if (question is Slow or Fast)
                {
                    Volatile.Write(ref isSlow, question == Slow);
                }

                if (question != Times)
                {
                    return Task.FromResult<object>(check.Now);
                }

                lock (times)
                {
                    var taken = times.ToArray();
                    times.Clear();
                    return Task.FromResult<object>(taken);
                }
            });
    }
}
