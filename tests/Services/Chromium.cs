namespace EventBus.TestServices;

/// <summary>A browser without a window.</summary>
public static class Chromium
{
    const string Program = "/usr/bin/chromium";

    /// <summary>The program's full path.</summary>
    /// <exception cref="MissingServiceException">Chromium is not installed.</exception>
    public static string Path
    {
        get
        {
            MissingServiceException.ThrowIfNoFile(Program, "chromium");
            return Program;
        }
    }

    /// <summary>Loads a page in a new profile.</summary>
    /// <returns>Its document after scripts ran, as HTML.</returns>
    public static async Task<string> DumpDomAsync(Uri page, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(page);
        var program = Path;
        var folder = Directory.CreateTempSubdirectory("eventbus-chromium-").FullName;
        string[] command =
        [
            program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--disable-dev-shm-usage", "--no-first-run", $"--user-data-dir={folder}/profile", "--dump-dom", page.AbsoluteUri,
        ];
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["HOME"] = folder };
        try
        {
            await using var browser = await ServiceProcess.StartAsync(folder, command, "KILL", environment, cancellationToken);
            await browser.WaitForSuccessAsync(cancellationToken);
            return await File.ReadAllTextAsync(browser.OutputFile, cancellationToken);
        }
        finally
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }
}
