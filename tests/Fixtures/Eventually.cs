using System.Diagnostics;

namespace EventBus.Tests.Fixtures;

/// <summary>Waits for conditions, never for times; the limit only ends what would never come true.</summary>
static class Eventually
{
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what, TimeSpan? limit = null)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(start) > (limit ?? Limit))
            {
                Assert.Fail($"Not within {(limit ?? Limit).TotalSeconds} s: {what}");
            }

            await Task.Delay(25, TestContext.Current.CancellationToken);
        }
    }

    public static Task TrueAsync(Func<bool> condition, string what, TimeSpan? limit = null) => TrueAsync(() => Task.FromResult(condition()), what, limit);
}
