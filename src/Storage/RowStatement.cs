using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;

namespace EventBus.Storage;

/// <summary>
/// A statement over many rows, whose text is the same however many there are: <c>{rows}</c> in it is a table <c>r</c> with the given columns. PostgreSQL gets each column
/// as one array and does all at once; SQLite, where a statement costs no way, gets row after row.
/// </summary>
/// <typeparam name="TRow">What a row is made of.</typeparam>
/// <param name="sql">For an INSERT: <c>INSERT INTO t (…) SELECT r.a, … FROM {rows} WHERE true ON CONFLICT …</c>, since SQLite needs the WHERE.</param>
/// <param name="columns">The columns of a row.</param>
sealed class RowStatement<TRow>(string sql, params IReadOnlyList<RowColumn<TRow>> columns)
{
    readonly string _postgres = sql.Replace("{rows}", $"unnest({string.Join(", ", columns.Select(c => "@" + c.Name))}) AS r ({string.Join(", ", columns.Select(c => c.Name))})", StringComparison.Ordinal);
    readonly string _sqlite = sql.Replace("{rows}", $"(SELECT {string.Join(", ", columns.Select(c => $"@{c.Name} AS {c.Name}"))}) AS r", StringComparison.Ordinal);

    // SQLite has one connection that writes, and would otherwise read the text of the statement anew for each batch.
    readonly ConditionalWeakTable<SqliteConnection, SqliteCommand> _prepared = [];

    /// <summary>Runs it.</summary>
    /// <param name="transaction">In which.</param>
    /// <param name="rows">The rows; without any nothing is run.</param>
    /// <param name="shared">Further parameters, the same for all rows.</param>
    public Task ExecuteAsync(DbTransaction transaction, IReadOnlyList<TRow> rows, params IReadOnlyList<(string Name, object Value)> shared) => QueryAsync(transaction, rows, _ => true, shared);

    /// <summary>Runs it as the last of a transaction: PostgreSQL gets it together with the commit. Nothing but more of these may be run in the transaction after it.</summary>
    /// <param name="transaction">In which.</param>
    /// <param name="rows">The rows; without any nothing is run.</param>
    /// <param name="shared">Further parameters, the same for all rows.</param>
    public Task ExecuteLastAsync(DbTransaction transaction, IReadOnlyList<TRow> rows, params IReadOnlyList<(string Name, object Value)> shared)
    {
        if (transaction is not NpgsqlTransaction postgres)
        {
            return ExecuteAsync(transaction, rows, shared);
        }

        if (rows.Count > 0)
        {
            var command = new NpgsqlBatchCommand(_postgres);
            command.Parameters.AddRange(Parameters(rows, shared));
            PostgresDatabase.RunAtCommit(postgres, command);
        }

        return Task.CompletedTask;
    }

    /// <summary>Runs it, and reads what it returns.</summary>
    public async Task<List<TResult>> QueryAsync<TResult>(DbTransaction transaction, IReadOnlyList<TRow> rows, Func<DbDataReader, TResult> read, params IReadOnlyList<(string Name, object Value)> shared)
    {
        var results = new List<TResult>();
        if (rows.Count == 0)
        {
            return results;
        }

        switch (transaction)
        {
            case NpgsqlTransaction postgres:
                await using (var command = new NpgsqlCommand(_postgres, postgres.Connection, postgres))
                {
                    command.Parameters.AddRange(Parameters(rows, shared));
                    await ReadAsync(command, results, read);
                }

                break;
            case SqliteTransaction sqlite:
                await ReadAsync(sqlite, rows, shared, results, read);
                break;
            default:
                throw new NotSupportedException($"There are no rows for {transaction.GetType().Name}.");
        }

        return results;
    }

    NpgsqlParameter[] Parameters(IReadOnlyList<TRow> rows, IReadOnlyList<(string Name, object Value)> shared) =>
        [.. columns.Select(c => c.ToArray(rows)), .. shared.Select(s => new NpgsqlParameter(s.Name, s.Value))];

    async Task ReadAsync<TResult>(SqliteTransaction transaction, IReadOnlyList<TRow> rows, IReadOnlyList<(string Name, object Value)> shared, List<TResult> results, Func<DbDataReader, TResult> read)
    {
        var command = _prepared.GetValue(transaction.Connection!, connection => Prepare(connection, shared));
        command.Transaction = transaction;
        for (var i = 0; i < shared.Count; i++)
        {
            command.Parameters[columns.Count + i].Value = shared[i].Value;
        }

        foreach (var row in rows)
        {
            for (var i = 0; i < columns.Count; i++)
            {
                command.Parameters[i].Value = columns[i].ValueOf(row) ?? DBNull.Value;
            }

            await ReadAsync(command, results, read);
        }
    }

    SqliteCommand Prepare(SqliteConnection connection, IReadOnlyList<(string Name, object Value)> shared)
    {
        var command = new SqliteCommand(_sqlite, connection);
        command.Parameters.AddRange(columns.Select(c => new SqliteParameter { ParameterName = "@" + c.Name, SqliteType = c.SqliteType }));
        command.Parameters.AddRange(shared.Select(s => new SqliteParameter { ParameterName = "@" + s.Name }));
        return command;
    }

    static async Task ReadAsync<TResult>(DbCommand command, List<TResult> results, Func<DbDataReader, TResult> read)
    {
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            results.Add(read(reader));
        }
    }
}

/// <summary>A column of the rows of a <see cref="RowStatement{TRow}"/>.</summary>
/// <typeparam name="TRow">What a row is made of.</typeparam>
/// <param name="name">Its name.</param>
abstract class RowColumn<TRow>(string name)
{
    public string Name => name;

    public abstract SqliteType SqliteType { get; }

    public abstract NpgsqlParameter ToArray(IReadOnlyList<TRow> rows);

    public abstract object? ValueOf(TRow row);

    /// <summary>TEXT.</summary>
    public static RowColumn<TRow> Text(string name, Func<TRow, string?> value) => new Typed<string?>(name, SqliteType.Text, NpgsqlDbType.Text, value);

    /// <summary>INTEGER or BIGINT.</summary>
    public static RowColumn<TRow> Number(string name, Func<TRow, long?> value) => new Typed<long?>(name, SqliteType.Integer, NpgsqlDbType.Bigint, value);

    /// <summary>BLOB or BYTEA.</summary>
    public static RowColumn<TRow> Bytes(string name, Func<TRow, byte[]?> value) => new Typed<byte[]?>(name, SqliteType.Blob, NpgsqlDbType.Bytea, value);

    sealed class Typed<T>(string name, SqliteType sqlite, NpgsqlDbType postgres, Func<TRow, T> value) : RowColumn<TRow>(name)
    {
        public override SqliteType SqliteType => sqlite;

        public override NpgsqlParameter ToArray(IReadOnlyList<TRow> rows)
        {
            var values = new T[rows.Count];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = value(rows[i]);
            }

            return new NpgsqlParameter<T[]>(Name, NpgsqlDbType.Array | postgres) { TypedValue = values };
        }

        public override object? ValueOf(TRow row) => value(row);
    }
}
