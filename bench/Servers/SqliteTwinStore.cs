using Microsoft.Data.Sqlite;

namespace EventBus.Bench.Servers;

/// <summary>In SQLite, fsynced: whatever waits while a commit is on its way to the disk shares the next, as in EventBus's own; each statement is prepared once.</summary>
sealed class SqliteTwinStore
{
    readonly SqliteConnection _connection;
    readonly GroupWriter<Action> _writer;
    readonly SqliteCommand _claim;
    readonly SqliteCommand _append;

    SqliteTwinStore(SqliteConnection connection)
    {
        _connection = connection;
        _claim = Prepare("INSERT INTO idempotency (scope_key, body_hash, acceptance, confirmed, created_at) VALUES ($1, $2, $3, 1, $4)", 4);
        _append = Prepare(
            """
            INSERT INTO events (event_key, id, source, type, family, tenant, subject, publisher, gateway, gateway_sequence, accepted_at, archived_at, unrouted, body)
            VALUES ($1, $2, $3, $4, $5, $6, $7, 'bench', 'bench', $8, $9, $9, 1, $10)
            """,
            10);
        _writer = new GroupWriter<Action>(works =>
        {
            Execute("BEGIN IMMEDIATE");
            foreach (var work in works)
            {
                work();
            }

            Execute("COMMIT");
            return Task.CompletedTask;
        }).Start();
    }

    /// <summary>Opens a file that has the tables.</summary>
    public static SqliteTwinStore Open(string file)
    {
        SQLitePCL.Batteries_V2.Init();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file }.ToString());
        connection.Open();
        var store = new SqliteTwinStore(connection);
        store.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 16384");
        return store;
    }

    /// <summary>Keeps events, and what they are known by again, in one commit.</summary>
    public Task TakeAsync(IReadOnlyList<TwinEvent> events)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        return _writer.WriteAsync(() =>
        {
            foreach (var e in events)
            {
                Execute(_claim, e.Record!.Key, e.Record.Body, e.Record.Answer, now);
                Execute(_append, TwinHash.At(now, e.Record.Key), e.Id, e.Source, e.Type, e.Exchange, null, e.SubjectText, now, now, e.Body);
            }
        });
    }

    SqliteCommand Prepare(string sql, int parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 1; i <= parameters; i++)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
        }

        command.Prepare();
        return command;
    }

    static void Execute(SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        command.ExecuteNonQuery();
    }

    void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
