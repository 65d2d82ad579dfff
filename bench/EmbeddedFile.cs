namespace EventBus.Bench;

/// <summary>The file in which Standalone, and its twin, keep everything.</summary>
static class EmbeddedFile
{
    const string Directory = "EventBus__DataDirectory";

    public static string In(string directory) => Path.Combine(directory, "eventbus.db");

    public static string FromEnvironment() => In(Environment.GetEnvironmentVariable(Directory)!);
}
