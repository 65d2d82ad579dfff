using Dapper;
using EventBus.Contracts;
using EventBus.Storage;

namespace EventBus.Gateway.Answering;

/// <summary>Which consumers have declared themselves responders, and for what; read from the storage, and read again after a moment.</summary>
sealed class Responders(Database database, TimeProvider time)
{
    static readonly TimeSpan Age = TimeSpan.FromSeconds(1);

    IReadOnlyList<(string Consumer, IReadOnlyList<TypePattern> Patterns)> _known = [];
    long? _read;

    /// <summary>The consumers that are asked about events of a type.</summary>
    /// <exception cref="StorageException">The storage does not answer.</exception>
    public async Task<IReadOnlyList<string>> OfAsync(string type)
    {
        if (_read is not { } read || time.GetElapsedTime(read) > Age)
        {
            await using var connection = await database.ConnectAsync();
            var rows = await connection.QueryAsync<Row>("SELECT name AS Name, patterns AS Patterns FROM consumers WHERE responds = 1 ORDER BY name");
            _known = [.. rows.Select(r => (r.Name, AskedPatterns.Read(r.Patterns)))];
            _read = time.GetTimestamp();
        }

        return [.. _known.Where(r => r.Patterns.Any(p => p.Matches(type))).Select(r => r.Consumer)];
    }

    sealed class Row
    {
        public string Name { get; init; } = "";

        public string Patterns { get; init; } = "";
    }
}
