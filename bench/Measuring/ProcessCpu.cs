using System.Diagnostics;

namespace EventBus.Bench.Measuring;

static class ProcessCpu
{
    public static TimeSpan OfThisProcess
    {
        get
        {
            using var self = Process.GetCurrentProcess();
            return Of(self);
        }
    }

    /// <summary>What the process has used up to now, on all cores.</summary>
    public static TimeSpan Of(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }
}
