using System.Data.Common;
using Npgsql;

namespace EventBus.Storage;

/// <summary>
/// Statements of a transaction, none of which waits for what another returns: PostgreSQL gets them together, in one way there and back. SQLite, where a statement costs
/// no way, runs each when it is added.
/// </summary>
/// <param name="transaction">In which they are run.</param>
sealed class RowBatch(DbTransaction transaction)
{
    readonly List<NpgsqlBatchCommand> _commands = [];
    readonly List<Action<NpgsqlDataReader>> _reads = [];

    /// <summary>Adds a statement, to be run after those before it.</summary>
    /// <param name="statement">The statement, with a RETURNING.</param>
    /// <param name="rows">The rows; without any nothing is run.</param>
    /// <param name="read">Reads what it returns for a row.</param>
    /// <param name="shared">Further parameters, the same for all rows.</param>
    /// <returns>What it returns, which is there after <see cref="RunAsync"/>.</returns>
    public async Task<List<TResult>> AddAsync<TRow, TResult>(
        RowStatement<TRow> statement, IReadOnlyList<TRow> rows, Func<DbDataReader, TResult> read, params IReadOnlyList<(string Name, object Value)> shared)
    {
        if (transaction is not NpgsqlTransaction)
        {
            return await statement.QueryAsync(transaction, rows, read, shared);
        }

        var results = new List<TResult>();
        foreach (var command in statement.ToCommands(rows, shared))
        {
            _commands.Add(command);
            _reads.Add(reader => results.Add(read(reader)));
        }

        return results;
    }

    /// <summary>Returns when all have run.</summary>
    public async Task RunAsync()
    {
        if (transaction is not NpgsqlTransaction postgres || _commands.Count == 0)
        {
            return;
        }

        await using var batch = new NpgsqlBatch(postgres.Connection, postgres);
        _commands.ForEach(batch.BatchCommands.Add);
        await using var reader = await batch.ExecuteReaderAsync();
        foreach (var read in _reads)
        {
            while (await reader.ReadAsync())
            {
                read(reader);
            }

            await reader.NextResultAsync();
        }
    }
}
