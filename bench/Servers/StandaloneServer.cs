using System.Reflection;

namespace EventBus.Bench.Servers;

/// <summary>The program Standalone itself, started in this process, so that it can be asked what it allocates.</summary>
static class StandaloneServer
{
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan ReadyLimit = TimeSpan.FromMinutes(2);

    public static async Task RunAsync()
    {
        Console.SetOut(TextWriter.Null);
        var program = Assembly.Load("EventBus.Standalone").EntryPoint!;
        Background.Run(() => Task.Run(() => program.Invoke(null, [Array.Empty<string>()])));
        var address = Environment.GetEnvironmentVariable("ASPNETCORE_URLS")!;
        using var http = new HttpClient { BaseAddress = new Uri(address) };
        using var limit = new CancellationTokenSource(ReadyLimit);
        while (!await HealthProbe.IsReadyAsync(http, limit.Token))
        {
            await Task.Delay(Look, limit.Token);
        }

        await ParentPipe.ServeAsync(address);
    }
}
