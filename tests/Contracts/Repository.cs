using System.Runtime.CompilerServices;

namespace EventBus.Tests.Contracts;

/// <summary>The sources that these tests were built from.</summary>
static class Repository
{
    /// <summary>The folder of EventBus.sln. Looked for from this file, since the build's output can be anywhere.</summary>
    public static string Root { get; } = Find(Path.GetDirectoryName(ThisFile()));

    /// <summary>A file or folder of the repository, by its path with slashes.</summary>
    public static string PathTo(string path) => Path.Combine([Root, .. path.Split('/')]);

    static string Find(string? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder, "EventBus.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException($"No folder above {ThisFile()} has EventBus.sln.");
    }

    static string ThisFile([CallerFilePath] string path = "") => path;
}
