using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;
using SQLitePCL;

namespace EventBus.Storage;

/// <summary>
/// A statement over rows: <c>{rows}</c> in it is a table <c>r</c> with the given columns. PostgreSQL gets each column of many rows as one array and does all at once. Few
/// it gets row after row, together in one way, since it makes a plan for arrays each time anew, which takes longer than doing it. SQLite, where a statement costs no way,
/// gets row after row: statements that are seen to write one row need no journal of their own there, which is half of the time that others take.
/// </summary>
/// <typeparam name="TRow">What a row is made of.</typeparam>
/// <param name="sql">
/// One of <c>INSERT INTO t (…) SELECT r.a, … FROM {rows} …</c>, <c>UPDATE t SET … FROM {rows} WHERE t.a = r.a …</c>, and <c>… WHERE a IN (SELECT r.a FROM {rows})</c>.
/// </param>
/// <param name="columns">The columns of a row.</param>
sealed class RowStatement<TRow>(string sql, params IReadOnlyList<RowColumn<TRow>> columns)
{
    /// <summary>At most so many are few.</summary>
    const int Few = 4;

    readonly string _many = RowSql.ForMany(sql, [.. columns.Select(c => c.Name)]);

    readonly string _one = RowSql.ForOne(sql);

    // SQLite has one connection that writes, and would otherwise read the text of the statement anew for each batch.
    readonly ConditionalWeakTable<SqliteConnection, SqliteCommand> _reading = [];
    readonly ConditionalWeakTable<SqliteConnection, SqliteRowWriter<TRow>> _writing = [];

    /// <summary>Runs it.</summary>
    /// <param name="transaction">In which.</param>
    /// <param name="rows">The rows; without any nothing is run.</param>
    /// <param name="shared">Further parameters, the same for all rows.</param>
    public Task ExecuteAsync(DbTransaction transaction, IReadOnlyList<TRow> rows, params IReadOnlyList<(string Name, object Value)> shared) => WriteAsync(transaction, rows, shared);

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

        PostgresDatabase.RunAtCommit(postgres, ToCommands(rows, shared));
        return Task.CompletedTask;
    }

    /// <summary>Runs it, and says which rows it wrote; the others were left as they were by a condition or a conflict. On PostgreSQL that takes a RETURNING of the first column.</summary>
    /// <inheritdoc cref="ExecuteAsync"/>
    public async Task<IReadOnlyList<TRow>> WriteAsync(DbTransaction transaction, IReadOnlyList<TRow> rows, params IReadOnlyList<(string Name, object Value)> shared)
    {
        if (transaction is not SqliteTransaction sqlite)
        {
            var keys = (await QueryAsync(transaction, rows, r => r.GetValue(0), shared)).ToHashSet();
            return keys.Count == 0 ? [] : [.. rows.Where(r => keys.Contains(columns[0].ValueOf(r)!))];
        }

        return rows.Count == 0 ? [] : _writing.GetValue(sqlite.Connection!, connection => new SqliteRowWriter<TRow>(connection, RowSql.Silent(_one), columns)).Write(rows, shared);
    }

    /// <summary>Runs it, and reads what it returns.</summary>
    /// <inheritdoc cref="ExecuteAsync"/>
    public async Task<List<TResult>> QueryAsync<TResult>(DbTransaction transaction, IReadOnlyList<TRow> rows, Func<DbDataReader, TResult> read, params IReadOnlyList<(string Name, object Value)> shared)
    {
        switch (transaction)
        {
            case NpgsqlTransaction:
                var batch = new RowBatch(transaction);
                var found = await batch.AddAsync(this, rows, read, shared);
                await batch.RunAsync();
                return found;
            case SqliteTransaction sqlite:
                var results = new List<TResult>();
                foreach (var command in EachRow(sqlite, rows, shared))
                {
                    await using var reader = await command.ExecuteReaderAsync();
                    while (await reader.ReadAsync())
                    {
                        results.Add(read(reader));
                    }
                }

                return results;
            default:
                throw new NotSupportedException($"There are no rows for {transaction.GetType().Name}.");
        }
    }

    /// <summary>What PostgreSQL is to run, one after the other; nothing without any rows.</summary>
    public IEnumerable<NpgsqlBatchCommand> ToCommands(IReadOnlyList<TRow> rows, IReadOnlyList<(string Name, object Value)> shared) =>
        rows.Count > Few ? [ToCommand(_many, columns.Select(c => c.ToArray(rows)), shared)] : rows.Select(row => ToCommand(_one, columns.Select(c => c.ToParameter(row)), shared));

    static NpgsqlBatchCommand ToCommand(string text, IEnumerable<NpgsqlParameter> parameters, IReadOnlyList<(string Name, object Value)> shared)
    {
        var command = new NpgsqlBatchCommand(text);
        command.Parameters.AddRange(parameters.Concat(shared.Select(s => new NpgsqlParameter(s.Name, s.Value))).ToArray());
        return command;
    }

    IEnumerable<SqliteCommand> EachRow(SqliteTransaction transaction, IReadOnlyList<TRow> rows, IReadOnlyList<(string Name, object Value)> shared)
    {
        var command = _reading.GetValue(transaction.Connection!, connection => Prepare(connection, shared));
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

            yield return command;
        }
    }

    SqliteCommand Prepare(SqliteConnection connection, IReadOnlyList<(string Name, object Value)> shared)
    {
        var command = new SqliteCommand(_one, connection);
        command.Parameters.AddRange(columns.Select(c => new SqliteParameter { ParameterName = "@" + c.Name, SqliteType = c.SqliteType }));
        command.Parameters.AddRange(shared.Select(s => new SqliteParameter { ParameterName = "@" + s.Name }));
        return command;
    }
}

/// <summary>Turns statements over many rows into such over one, whose columns are parameters.</summary>
static class RowSql
{
    const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.Singleline;

    static readonly Regex Key = new(@"IN \(SELECT r\.(?<key>\w+) FROM \{rows\}\)", Options);
    static readonly Regex Values = new(@"SELECT (?<values>.+)\sFROM \{rows\}", Options);
    static readonly Regex Rows = new(@"\sFROM \{rows\}", Options);
    static readonly Regex Column = new(@"\br\.(?<name>\w+)", Options);
    static readonly Regex Returning = new(@"\sRETURNING\s.+", Options);

    /// <summary>With each column as an array. Where only keys are asked for, without a join, which PostgreSQL takes longer to plan than to do.</summary>
    public static string ForMany(string sql, IReadOnlyList<string> columns) => Key.Replace(sql, "= ANY(@${key})").Replace(
        "{rows}", $"unnest({string.Join(", ", columns.Select(c => "@" + c))}) AS r ({string.Join(", ", columns)})", StringComparison.Ordinal);

    /// <summary>With each column as one value.</summary>
    public static string ForOne(string sql)
    {
        var keyed = Key.Replace(sql, "= r.${key}");
        var alone = sql.StartsWith("INSERT", StringComparison.Ordinal) ? Values.Replace(keyed, "VALUES (${values})") : Rows.Replace(keyed, "");
        return alone.Contains("{rows}", StringComparison.Ordinal) ? throw new ArgumentException($"Not a statement over rows: {sql}", nameof(sql)) : Column.Replace(alone, "@${name}");
    }

    /// <summary>Without what it would return.</summary>
    public static string Silent(string sql) => Returning.Replace(sql, "");
}

/// <summary>
/// Writes rows to SQLite by its own functions: the library around them makes a reader for each row and looks at each value's type, which takes longer than SQLite does.
/// </summary>
sealed class SqliteRowWriter<TRow>
{
    readonly sqlite3 _database;
    readonly sqlite3_stmt _statement;
    readonly (RowColumn<TRow> Column, int Place)[] _columns;

    /// <summary>Prepares a statement that writes one row and returns nothing, perhaps without all of the columns; it ends when the connection is closed.</summary>
    /// <exception cref="SqliteException">The statement is wrong.</exception>
    public SqliteRowWriter(SqliteConnection connection, string sql, IReadOnlyList<RowColumn<TRow>> columns)
    {
        _database = connection.Handle!;
        Check(raw.sqlite3_prepare_v2(_database, sql, out _statement));
        _columns = [.. columns.Select(c => (c, Place(c.Name))).Where(c => c.Item2 > 0)];
        connection.StateChange += (_, change) =>
        {
            if (change.CurrentState == ConnectionState.Closed)
            {
                _statement.Dispose();
            }
        };
    }

    /// <summary>Runs the statement for each row.</summary>
    /// <returns>The rows that it wrote.</returns>
    /// <exception cref="SqliteException">A row cannot be written.</exception>
    public List<TRow> Write(IReadOnlyList<TRow> rows, IReadOnlyList<(string Name, object Value)> shared)
    {
        foreach (var (name, value) in shared)
        {
            Check(value is string text ? raw.sqlite3_bind_text(_statement, Place(name), text) : raw.sqlite3_bind_int64(_statement, Place(name), Convert.ToInt64(value, CultureInfo.InvariantCulture)));
        }

        var written = new List<TRow>(rows.Count);
        foreach (var row in rows)
        {
            foreach (var (column, place) in _columns)
            {
                Check(column.Bind(_statement, place, row));
            }

            var result = raw.sqlite3_step(_statement);
            raw.sqlite3_reset(_statement);
            Check(result);
            if (raw.sqlite3_changes(_database) > 0)
            {
                written.Add(row);
            }
        }

        return written;
    }

    int Place(string name) => raw.sqlite3_bind_parameter_index(_statement, "@" + name);

    void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);
}

/// <summary>A column of the rows of a <see cref="RowStatement{TRow}"/>.</summary>
/// <typeparam name="TRow">What a row is made of.</typeparam>
/// <param name="name">Its name.</param>
abstract class RowColumn<TRow>(string name)
{
    public string Name => name;

    public abstract SqliteType SqliteType { get; }

    /// <summary>For PostgreSQL, of many rows.</summary>
    public abstract NpgsqlParameter ToArray(IReadOnlyList<TRow> rows);

    /// <summary>For PostgreSQL, of one row.</summary>
    public abstract NpgsqlParameter ToParameter(TRow row);

    public abstract object? ValueOf(TRow row);

    /// <summary>Gives SQLite the value for a parameter.</summary>
    /// <returns>SQLite's result code.</returns>
    public abstract int Bind(sqlite3_stmt statement, int place, TRow row);

    /// <summary>TEXT.</summary>
    public static RowColumn<TRow> Text(string name, Func<TRow, string?> value) => new Typed<string?>(
        name, SqliteType.Text, NpgsqlDbType.Text, value, static (statement, place, text) => text is null ? raw.sqlite3_bind_null(statement, place) : raw.sqlite3_bind_text(statement, place, text));

    /// <summary>INTEGER or BIGINT.</summary>
    public static RowColumn<TRow> Number(string name, Func<TRow, long?> value) => new Typed<long?>(
        name, SqliteType.Integer, NpgsqlDbType.Bigint, value, static (statement, place, number) => number is null ? raw.sqlite3_bind_null(statement, place) : raw.sqlite3_bind_int64(statement, place, number.Value));

    /// <summary>BLOB or BYTEA.</summary>
    public static RowColumn<TRow> Bytes(string name, Func<TRow, byte[]?> value) => new Typed<byte[]?>(
        name, SqliteType.Blob, NpgsqlDbType.Bytea, value, static (statement, place, bytes) => bytes is null ? raw.sqlite3_bind_null(statement, place) : raw.sqlite3_bind_blob(statement, place, bytes));

    sealed class Typed<T>(string name, SqliteType sqlite, NpgsqlDbType postgres, Func<TRow, T> value, Func<sqlite3_stmt, int, T, int> bind) : RowColumn<TRow>(name)
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

        public override NpgsqlParameter ToParameter(TRow row) => new(Name, postgres) { Value = ValueOf(row) ?? DBNull.Value };

        public override object? ValueOf(TRow row) => value(row);

        public override int Bind(sqlite3_stmt statement, int place, TRow row) => bind(statement, place, value(row));
    }
}
