using Npgsql;

namespace EventBus.Bench.Servers;

/// <summary>The twins' way to PostgreSQL.</summary>
static class TwinDatabase
{
    const string Setting = "EventBus__Postgres__ConnectionString";

    /// <summary>
    /// Statements are prepared when they come again, planned once (PostgreSQL would plan those over arrays each time anew, for as many elements as there are), and nothing is
    /// reset between them.
    /// </summary>
    public static NpgsqlDataSource Connect() => NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(Environment.GetEnvironmentVariable(Setting) ?? throw new BenchException($"{Setting} is not set; this verb is started by the bench."))
        {
            MaxAutoPrepare = 20,
            AutoPrepareMinUsages = 2,
            NoResetOnClose = true,
            Options = "-c plan_cache_mode=force_generic_plan",
        });
}
