namespace EventBus.Bench.Servers;

/// <summary>What a twin does beside; where it fails, so does the process.</summary>
static class Background
{
    public static void Run(Func<Task> work) => Watch(Task.Run(work));

    public static void Watch(Task task) => _ = task.ContinueWith(
        failed =>
        {
            Console.Error.WriteLine(failed.Exception);
            Environment.Exit(ExitCodes.CannotStart);
        },
        CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted,
        TaskScheduler.Default);
}
