using EventBus.Storage;
using Microsoft.Data.Sqlite;

namespace EventBus.Bench.Measuring;

/// <summary>The events in the file of Standalone, or its twin.</summary>
sealed class EmbeddedLog : ILanding
{
    readonly SqliteConnection _connection;
    long _before;

    EmbeddedLog(SqliteConnection connection) => _connection = connection;

    /// <summary>Makes the file with its tables, and looks into it from then on.</summary>
    public static async Task<EmbeddedLog> CreateAsync(string file, CancellationToken cancellationToken)
    {
        await using (var database = new SqliteDatabase(file, "", Migrations.Bus))
        {
            await database.OpenAsync(cancellationToken);
        }

        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly }.ToString());
        await connection.OpenAsync(cancellationToken);
        return new EmbeddedLog(connection);
    }

    public async Task<long> MissingAsync(long confirmed)
    {
        await using var command = _connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM events";
        var (now, before) = ((long)(await command.ExecuteScalarAsync())!, _before);
        _before = now;
        return Math.Max(0, confirmed - (now - before));
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
