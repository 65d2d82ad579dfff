namespace EventBus.Tests.Fixtures;

/// <summary>A directory that is gone with the test.</summary>
sealed class TempDirectory : IDisposable
{
    readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("eventbus-test-");

    public string FullName => _directory.FullName;

    public void Dispose() => _directory.Delete(recursive: true);
}
