using Dapper;
using EventBus.Contracts;
using EventBus.Storage;

namespace EventBus.Gateway.Answering;

/// <summary>Which consumers have declared themselves responders, and which endpoints are called last; read from the storage, and read again after a moment.</summary>
sealed class Responders(Database database, TimeProvider time)
{
    static readonly TimeSpan Age = TimeSpan.FromSeconds(1);

    IReadOnlyList<(Row Row, IReadOnlyList<TypePattern> Patterns)> _known = [];
    long? _read;

    /// <summary>Who is asked about an event.</summary>
    /// <exception cref="StorageException">The storage does not answer.</exception>
    public async Task<Asked> OfAsync(CloudEvent @event)
    {
        if (_read is not { } read || time.GetElapsedTime(read) > Age)
        {
            await using var connection = await database.ConnectAsync();
            var rows = await connection.QueryAsync<Row>(
                "SELECT name AS Name, endpoint AS Endpoint, patterns AS Patterns, responds AS Responds, tenant AS Tenant FROM consumers WHERE responds > 0 ORDER BY name, endpoint");
            _known = [.. rows.Select(r => (r, AskedPatterns.Read(r.Patterns)))];
            _read = time.GetTimestamp();
        }

        var asked = _known.Where(k => k.Patterns.Any(p => p.Matches(@event.Type)) && (k.Row.Tenant is null || k.Row.Tenant == @event.Tenant)).Select(k => k.Row).ToList();
        return new Asked([.. asked.Where(r => r.Endpoint.Length == 0).Select(r => r.Name)], asked.Find(r => r.Endpoint.Length > 0)?.Endpoint);
    }

    sealed class Row
    {
        public string Name { get; init; } = "";

        public string Endpoint { get; init; } = "";

        public string Patterns { get; init; } = "";

        public int Responds { get; init; }

        public string? Tenant { get; init; }
    }
}

/// <summary>Who is asked about an event before its sender is answered.</summary>
/// <param name="Responders">The consumers that judge it.</param>
/// <param name="Caller">The endpoint that is called after they have accepted, and decides; null where there is none.</param>
sealed record Asked(IReadOnlyList<string> Responders, string? Caller)
{
    /// <summary>Whether nobody is.</summary>
    public bool IsNobody => Responders.Count == 0 && Caller is null;
}
