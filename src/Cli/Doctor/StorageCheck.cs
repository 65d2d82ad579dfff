using System.Data.Common;
using EventBus.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace EventBus.Cli.Doctor;

/// <summary>Whether the storage answers, has this version's tables, takes writes and has room.</summary>
static class StorageCheck
{
    const string Part = "storage";
    const long LittleSpace = 1_000_000_000;
    const long NoSpace = 100_000_000;

    /// <summary>Looks at it.</summary>
    /// <returns>The storage, opened, to be disposed; null where it cannot be used.</returns>
    public static async Task<Database?> RunAsync(IConfiguration configuration, Findings findings, CancellationToken cancellationToken)
    {
        Database database;
        try
        {
            database = StorageExtensions.Create(configuration, owned: false);
        }
        catch (OptionsValidationException)
        {
            // The check of the settings has said so.
            return null;
        }

        try
        {
            if (await IsUsableAsync(database, findings, cancellationToken))
            {
                await database.OpenAsync(cancellationToken);
                await LookInsideAsync(database, configuration, findings, cancellationToken);
                return database;
            }
        }
        catch (StorageException e)
        {
            findings.Wrong(Part, e.Message, "Start it, and see that the address, user and password are right.");
        }
        catch (DbException e)
        {
            findings.Wrong(Part, $"It does not answer ({e.GetType().Name} {e.SqlState})", "See its own log.");
        }

        await database.DisposeAsync();
        return null;
    }

    static async Task<bool> IsUsableAsync(Database database, Findings findings, CancellationToken cancellationToken)
    {
        if (!database.IsShared && !File.Exists(database.Name))
        {
            findings.Wrong(Part, $"There is no file {database.Name}", "Start a host once, or name its directory: EventBus__DataDirectory=/var/lib/eventbus. Where hosts share PostgreSQL: EventBus__Storage=postgres.");
            return false;
        }

        var schema = await database.ReadSchemaAsync(cancellationToken);
        if (schema.IsNewer)
        {
            findings.Wrong(Part, "Its tables are of a later version of EventBus", "Start that version, or a newer one.");
        }
        else if (schema.Missing.Count > 0)
        {
            findings.Wrong(Part, $"{schema.Missing.Count} migrations are missing: {string.Join(", ", schema.Missing)}", "Start a host of this version: it applies them.");
        }
        else
        {
            findings.Well(Part, $"{(database.IsShared ? "PostgreSQL" : database.Name)} answers, and its tables are of this version");
        }

        return !schema.IsNewer && schema.Missing.Count == 0;
    }

    static async Task LookInsideAsync(Database database, IConfiguration configuration, Findings findings, CancellationToken cancellationToken)
    {
        if (await database.TryWriteAsync(cancellationToken))
        {
            findings.Well(Part, $"It takes writes, and holds {await database.ReadSizeAsync(cancellationToken) / 1_000_000:#,0} MB");
        }
        else
        {
            findings.Wrong(Part, "It takes no writes", "See whether its disk is full or read-only, and its own log.");
        }

        var directory = Path.GetDirectoryName(StorageExtensions.InDataDirectory(configuration, "x"))!;
        if (!Directory.Exists(directory))
        {
            return;
        }

        var free = new DriveInfo(directory).AvailableFreeSpace;
        var what = $"{free / 1_000_000:#,0} MB are free for {directory}";
        if (free < LittleSpace)
        {
            (free < NoSpace ? (Action<string, string, string>)findings.Wrong : findings.Look)(Part, what, "Make room: the storage or a gateway's spool is kept there.");
        }
        else
        {
            findings.Well(Part, what);
        }
    }
}
