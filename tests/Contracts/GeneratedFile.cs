namespace EventBus.Tests.Contracts;

/// <summary>Files of the repository that are written from the catalog. With <c>EVENTBUS_WRITE_GENERATED=1</c> the tests write them anew.</summary>
static class GeneratedFile
{
    public const string Write = "EVENTBUS_WRITE_GENERATED";

    public static async Task IsUpToDateAsync(string path, string generated)
    {
        var file = Repository.PathTo(path);
        if (Environment.GetEnvironmentVariable(Write) == "1")
        {
            await File.WriteAllTextAsync(file, generated);
        }

        Assert.True(
            File.Exists(file) && await File.ReadAllTextAsync(file) == generated,
            $"{path} is not what the catalog gives. Write it anew and look at the difference: {Write}=1 ./test.sh --filter FullyQualifiedName~Contracts");
    }
}
