using System.Globalization;

namespace EventBus.Bench.Measuring;

/// <summary>What a process has used up to now, on all cores (proc(5), <c>/proc/&lt;pid&gt;/stat</c>).</summary>
static class ProcessCpu
{
    const double TicksPerSecond = 100;

    // Places behind the name, which stands in parentheses and may hold spaces.
    const int Parent = 1;
    const int User = 11;
    const int EndedChildrenKernel = 14;

    public static TimeSpan Of(int pid) => Used(Read($"/proc/{pid}/stat")!);

    /// <summary>The process and its children, those that have ended too.</summary>
    public static TimeSpan OfTree(int pid) =>
        Directory.EnumerateDirectories("/proc")
            .Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0]))
            .Select(d => Read($"{d}/stat"))
            .Where(s => s is not null && s[Parent] == pid.ToString(CultureInfo.InvariantCulture))
            .Aggregate(Used(Read($"/proc/{pid}/stat")!), (sum, child) => sum + Used(child!));

    /// <summary>The processes that it has started.</summary>
    public static IReadOnlyList<int> ChildrenOf(int pid) =>
    [
        .. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(d => char.IsAsciiDigit(d![0]))
            .Where(d => Read($"/proc/{d}/stat") is { } stat && stat[Parent] == pid.ToString(CultureInfo.InvariantCulture)).Select(d => int.Parse(d!, CultureInfo.InvariantCulture)),
    ];

    /// <summary>The process that has started it.</summary>
    public static int ParentOf(int pid) => int.Parse(Read($"/proc/{pid}/stat")![Parent], CultureInfo.InvariantCulture);

    static TimeSpan Used(string[] stat) => TimeSpan.FromSeconds(stat[User..(EndedChildrenKernel + 1)].Sum(t => long.Parse(t, CultureInfo.InvariantCulture)) / TicksPerSecond);

    /// <returns>Null where the process has ended.</returns>
    static string[]? Read(string file)
    {
        try
        {
            var text = File.ReadAllText(file);
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }
}
