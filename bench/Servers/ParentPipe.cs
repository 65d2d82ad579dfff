using System.Globalization;
using System.Runtime;
using System.Text.Json;

namespace EventBus.Bench.Servers;

/// <summary>The started process's end of its pipes to the bench: lines on standard input and output. Logs go to standard error.</summary>
static class ParentPipe
{
    /// <summary>The line that every process answers with the bytes that it has allocated.</summary>
    public const string Allocated = "allocated";

    /// <summary>The line that every process answers with the bytes of its heap, as its last collection has left it.</summary>
    public const string Heap = "heap";

    /// <summary>The line that every process answers with the seconds that its runtime has spent compiling.</summary>
    public const string Compiled = "compiled";

    /// <summary>Its own, so that a host that writes to the console as well can be sent elsewhere.</summary>
    static readonly StreamWriter Output = new(Console.OpenStandardOutput()) { AutoFlush = true };

    /// <summary>Says that the process is ready, and where, and answers what is asked until the bench lets go of it, or is gone itself.</summary>
    /// <param name="address">Where it listens; empty if it does not.</param>
    /// <param name="answer">Answers a line; what it returns is written as JSON.</param>
    public static async Task ServeAsync(string address, Func<string, Task<object>>? answer = null)
    {
        await Output.WriteLineAsync(address);
        while (await Console.In.ReadLineAsync() is { } line)
        {
            await Output.WriteLineAsync(line switch
            {
                Allocated => GC.GetTotalAllocatedBytes().ToString(CultureInfo.InvariantCulture),
                Compiled => JitInfo.GetCompilationTime().TotalSeconds.ToString(CultureInfo.InvariantCulture),
                Heap => GC.GetGCMemoryInfo().HeapSizeBytes.ToString(CultureInfo.InvariantCulture),
                _ => JsonSerializer.Serialize(await answer!(line)),
            });
        }
    }
}
