using System.Diagnostics;
using EventBus.Bench.Load;
using Microsoft.AspNetCore.Http;

namespace EventBus.Bench.Servers;

/// <summary>The receiver of webhooks: counts, notes how long each event took since it was to be sent, and says yes.</summary>
static class ReceiverServer
{
    /// <summary>Asks for the times since it was asked last.</summary>
    public const string Times = "times";

    public static async Task RunAsync()
    {
        var check = new OrderCheck();
        var times = new List<long>();
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
