using System.Data.Common;
using System.Reflection;
using Dapper;

namespace EventBus.Storage;

/// <summary>The numbered SQL files of a set of tables, applied in order, each once and in a transaction of its own.</summary>
/// <param name="Set">Their folder: <c>bus</c> for what all hosts share, <c>spool</c> for what a gateway keeps for itself.</param>
public sealed record Migrations(string Set)
{
    /// <summary>What all hosts share.</summary>
    public static Migrations Bus { get; } = new("bus");

    /// <summary>What a gateway keeps for itself while the broker is away.</summary>
    public static Migrations Spool { get; } = new("spool");

    /// <summary>Applies what is missing. The caller holds the lock that keeps others out.</summary>
    /// <param name="connection">An open connection without a transaction.</param>
    /// <param name="words">What stands for the placeholders <c>$identity</c> and <c>$bytes</c> in this database.</param>
    /// <exception cref="StorageException">The tables are of a later version than this one.</exception>
    internal async Task ApplyAsync(DbConnection connection, IReadOnlyDictionary<string, string> words)
    {
        await connection.ExecuteAsync("CREATE TABLE IF NOT EXISTS schema_migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL)");
        var applied = (await connection.QueryAsync<int>("SELECT number FROM schema_migrations")).ToHashSet();
        var known = Read();
        if (applied.Except(known.Select(m => m.Number)).Any())
        {
            throw new StorageException("The tables of the storage are of a later version of EventBus; start that version or a newer one.");
        }

        foreach (var (number, name, sql) in known.Where(m => !applied.Contains(m.Number)))
        {
            var text = words.Aggregate(sql, (s, word) => s.Replace(word.Key, word.Value, StringComparison.Ordinal));
            await using var transaction = await connection.BeginTransactionAsync();
            await connection.ExecuteAsync(text, transaction: transaction);
            await connection.ExecuteAsync("INSERT INTO schema_migrations (number, name) VALUES (@number, @name)", new { number, name }, transaction);
            await transaction.CommitAsync();
        }
    }

    /// <summary>Compares what is applied with what this version has, and changes nothing.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="tables">A query for how many tables are named <c>schema_migrations</c>.</param>
    internal async Task<SchemaState> CompareAsync(DbConnection connection, string tables)
    {
        var applied = await connection.QuerySingleAsync<long>(tables) == 0 ? [] : (await connection.QueryAsync<int>("SELECT number FROM schema_migrations")).ToHashSet();
        var known = Read();
        return new SchemaState([.. known.Where(m => !applied.Contains(m.Number)).Select(m => m.Name)], applied.Except(known.Select(m => m.Number)).Any());
    }

    List<(int Number, string Name, string Sql)> Read()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return
        [
            .. assembly.GetManifestResourceNames()
                .Where(n => n.StartsWith($"{Set}/", StringComparison.Ordinal))
                .Select(n => n[(Set.Length + 1)..])
                .Order(StringComparer.Ordinal)
                .Select(n =>
                {
                    using var reader = new StreamReader(assembly.GetManifestResourceStream($"{Set}/{n}")!);
                    return (int.Parse(n.AsSpan(0, 4)), n, reader.ReadToEnd());
                }),
        ];
    }
}

/// <summary>How the tables stand to this version.</summary>
/// <param name="Missing">Migrations that the next host to start will apply.</param>
/// <param name="IsNewer">Whether a later version has changed them; this one does not start on them.</param>
public sealed record SchemaState(IReadOnlyList<string> Missing, bool IsNewer);
