using System.Text.Json;
using EventBus.Bench.Load;

namespace EventBus.Bench.Servers;

/// <summary>The measured process's end of its pipes to the bench: lines on standard input and output. Logs go to standard error.</summary>
static class ParentPipe
{
    /// <summary>Says that the process is ready, and where.</summary>
    public static Task ReadyAsync(string address) => Console.Out.WriteLineAsync(address);

    /// <summary>Waits until the bench lets go of the process, or is gone itself.</summary>
    public static async Task WaitForEndAsync()
    {
        while (await Console.In.ReadLineAsync() is not null)
        {
        }
    }

    /// <summary>Runs a load for as many seconds as each line says, and answers with what came of it.</summary>
    public static async Task ServeAsync(Func<TimeSpan, Task<LoadResult>> run)
    {
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var result = await run(TimeSpan.FromSeconds(double.Parse(line)));
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(result));
        }
    }
}
