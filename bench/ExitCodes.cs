namespace EventBus.Bench;

static class ExitCodes
{
    public const int Measured = 0;
    public const int EventsFailed = 2;
    public const int CannotStart = 3;

    public const string Help = """
        Exit codes: 0 measured (even where a line says that the run was too noisy); 1 wrong command line; 2 events were refused, not confirmed, lost or out of
        order, so the figures count for nothing; 3 the broker, the database or a process to be measured did not start.
        """;

    /// <summary>Says what failed, and what to end with.</summary>
    public static async Task<int> OfAsync(IReadOnlyList<string> failures)
    {
        foreach (var failure in failures)
        {
            await Console.Error.WriteLineAsync($"FAILED: {failure}");
        }

        return failures.Count == 0 ? Measured : EventsFailed;
    }
}
