namespace EventBus.Bench.Measuring;

/// <summary>What all processes of the machine have used together (proc(5), <c>/proc/stat</c>), to tell whether others worked beside a measurement.</summary>
static class MachineCpu
{
    const double TicksPerSecond = 100;
    const int Idle = 3;
    const int WaitingForDisk = 4;
    const int Stolen = 7;

    public static TimeSpan Busy
    {
        get
        {
            var ticks = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(long.Parse);
            return TimeSpan.FromSeconds(ticks.Take(Stolen + 1).Where((_, i) => i is not (Idle or WaitingForDisk)).Sum() / TicksPerSecond);
        }
    }
}
