using EventBus.Storage.Hosts;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace EventBus.Storage;

/// <summary>Adds the storage to a host.</summary>
public static class StorageExtensions
{
    /// <summary>The storage in one file.</summary>
    public const string Sqlite = "sqlite";

    /// <summary>The storage that hosts share.</summary>
    public const string Postgres = "postgres";

    internal const string PostgresExample = "for example EventBus__Postgres__ConnectionString=Host=db.example.org;Database=eventbus;Username=eventbus;Password=…";

    /// <summary>What to do about a file that cannot be used.</summary>
    public const string DirectoryExample = "check EventBus:DataDirectory, for example EventBus__DataDirectory=/var/lib/eventbus";

    /// <summary>
    /// Adds the <see cref="Database"/> that <c>EventBus:Storage</c> names (<c>sqlite</c> unless set): a file in <c>EventBus:DataDirectory</c> (<c>data</c> unless
    /// set), or PostgreSQL at <c>EventBus:Postgres:ConnectionString</c>. A second call changes nothing.
    /// </summary>
    /// <exception cref="OptionsValidationException">A setting is wrong; the message names it with an example.</exception>
    public static IServiceCollection AddEventStorage(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (services.Any(s => s.ServiceType == typeof(Database)))
        {
            return services;
        }

        var database = Create(configuration, owned: true);
        services.AddSingleton(_ => database);
        services.TryAddSingleton(TimeProvider.System);
        services.AddRetentionOptions(configuration);
        services.AddHostedService<RetentionJob>();
        services.AddOptions<HostNameOptions>()
            .BindSettings(configuration.GetSection("EventBus:Host"))
            .Validate(o => o.Name is null || (o.Name.Length is > 0 and <= 100 && !o.Name.Any(char.IsControl)), "EventBus:Host:Name is not 1 to 100 characters; for example EventBus__Host__Name=gateway-1")
            .ValidateOnStart();
        services.AddHostedService<HeartbeatJob>();
        return services.AddDatabase(database, "storage");
    }

    /// <summary>Adds how long things are kept, checked at start.</summary>
    public static IServiceCollection AddRetentionOptions(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<RetentionOptions>()
            .BindSettings(configuration.GetSection("EventBus:Retention"))
            .Validate(
                o => ((TimeSpan[])[o.Archive, o.Outcomes, o.Operations, o.Records, o.Sequences, o.Idempotency]).All(t => t >= TimeSpan.FromHours(1) && t <= TimeSpan.FromDays(3660)),
                "EventBus:Retention has a time that is not between 1 hour and 10 years; for example EventBus__Retention__Archive=90.00:00:00")
            .ValidateOnStart();
        return services;
    }

    /// <summary>The database that the configuration names, not opened yet.</summary>
    /// <param name="configuration">The settings.</param>
    /// <param name="owned">Whether a file is claimed for this process alone.</param>
    /// <exception cref="OptionsValidationException">A setting is wrong; the message names it with an example.</exception>
    public static Database Create(IConfiguration configuration, bool owned)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var storage = configuration["EventBus:Storage"] ?? Sqlite;
        if (string.Equals(storage, Sqlite, StringComparison.OrdinalIgnoreCase))
        {
            return new SqliteDatabase(InDataDirectory(configuration, "eventbus.db"), DirectoryExample, Migrations.Bus, owned);
        }

        if (!string.Equals(storage, Postgres, StringComparison.OrdinalIgnoreCase))
        {
            throw Wrong("EventBus:Storage is neither sqlite nor postgres; for example EventBus__Storage=postgres");
        }

        if (configuration["EventBus:Postgres:ConnectionString"] is not { Length: > 0 } connectionString)
        {
            throw Wrong($"EventBus:Postgres:ConnectionString is missing; {PostgresExample}");
        }

        try
        {
            return new PostgresDatabase(connectionString, Migrations.Bus);
        }
        catch (StorageException e)
        {
            throw Wrong(e.Message);
        }
    }

    /// <summary>Opens a database when the host's settings are validated, before anything else of the host starts, and lets health say whether it takes writes.</summary>
    /// <param name="services">The host's.</param>
    /// <param name="database">The database.</param>
    /// <param name="check">The health check's name.</param>
    public static IServiceCollection AddDatabase(this IServiceCollection services, Database database, string check)
    {
        services.AddHealthChecks().AddCheck(check, new StorageHealth(database), tags: ["ready", "told"]);
        services.AddOptions<OpenedDatabase>(database.Name).ValidateOnStart();
        return services.AddSingleton<IValidateOptions<OpenedDatabase>>(new DatabaseOpening(database));
    }

    /// <summary>A file's place in <c>EventBus:DataDirectory</c>.</summary>
    public static string InDataDirectory(IConfiguration configuration, string file)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Path.Combine(Path.GetFullPath(configuration["EventBus:DataDirectory"] is { Length: > 0 } directory ? directory : "data"), file);
    }

    static OptionsValidationException Wrong(string message) => new("EventBus:Storage", typeof(Database), [message]);

    /// <summary>Stands for a database among the settings.</summary>
    sealed class OpenedDatabase;

    sealed class DatabaseOpening(Database database) : IValidateOptions<OpenedDatabase>
    {
        readonly Lock _gate = new();
        ValidateOptionsResult? _result;

        public ValidateOptionsResult Validate(string? name, OpenedDatabase options)
        {
            if (name != database.Name)
            {
                return ValidateOptionsResult.Skip;
            }

            lock (_gate)
            {
                return _result ??= Open();
            }
        }

        /// <summary>Validation is synchronous, and a host has nothing else to do at this point.</summary>
        ValidateOptionsResult Open()
        {
            try
            {
                Task.Run(() => database.OpenAsync(CancellationToken.None)).GetAwaiter().GetResult();
                return ValidateOptionsResult.Success;
            }
            catch (StorageException e)
            {
                return ValidateOptionsResult.Fail(e.Message);
            }
        }
    }
}
