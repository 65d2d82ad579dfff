using System.Text.Json;
using Dapper;
using EventBus.Contracts;
using EventBus.Storage;
using EventBus.Tests.Fixtures;
using Microsoft.Extensions.Configuration;

namespace EventBus.Tests.Operations;

/// <summary>A database of a test's own, in either home, to be filled with rows.</summary>
sealed class OperationsDatabase : IAsyncDisposable
{
    readonly string _directory = Directory.CreateTempSubdirectory("eventbus-").FullName;
    long _sequence;

    OperationsDatabase(IEnumerable<KeyValuePair<string, string?>> settings)
    {
        Database = StorageExtensions.Create(
            new ConfigurationBuilder().AddInMemoryCollection([new("EventBus:DataDirectory", _directory), .. settings]).Build(), owned: true);
        Archive = new EventArchive(Database, TimeProvider.System);
    }

    public Database Database { get; }

    public EventArchive Archive { get; }

    public static async Task<OperationsDatabase> OpenAsync(string storage, PostgresFixture postgres)
    {
        var database = new OperationsDatabase(storage == "postgres" ? await postgres.NewDatabaseAsync() : []);
        await database.Database.OpenAsync(TestContext.Current.CancellationToken);
        return database;
    }

    /// <summary>An event as a gateway accepted it.</summary>
    public CloudEvent Event(string id, string type, string? subject = null, DateTimeOffset? accepted = null) => new Acceptance(
            accepted ?? DateTimeOffset.UnixEpoch, "gateway-1", ++_sequence, "clinic")
        .On(EventJson.Parse(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["specversion"] = "1.0", ["id"] = id, ["source"] = type.Split('.')[0], ["type"] = type, ["subject"] = subject ?? "s-1", ["data"] = new { number = 1 },
        })));

    /// <summary>An event as it is archived.</summary>
    public static ArchivedEvent Archived(CloudEvent @event, bool unrouted = false) => new(@event, EventJson.ToUtf8Bytes(@event), unrouted);

    public Task ArchiveAsync(CloudEvent @event, bool unrouted = false) => Archive.AppendAsync([Archived(@event, unrouted)]);

    /// <summary>Lets an event be processed by the consumer's own handler.</summary>
    public async Task TakenAsync(string id, DateTimeOffset accepted)
    {
        var @event = Event(id, "canvas.task.created", accepted: accepted);
        await ArchiveAsync(@event);
        await WriteAsync(
            $"""
             INSERT INTO deliveries (consumer, endpoint, event_key, lane, position, subject_key, event_id, source, type, state, accepted_at, stored_at)
             VALUES ('orders', '', '{EventKey.Of(@event)}', 'orders/0', 1, 's', '{id}', 'canvas', 'canvas.task.created', 1, 0, 0);
             UPDATE events SET archived_at = accepted_at WHERE id = '{id}'
             """);
    }

    /// <summary>Lets an event be dead at the consumer's own handler.</summary>
    public Task<long> DeadAsync(CloudEvent @event, string cause) => Database.TransactAsync(async transaction =>
    {
        var values = new { key = EventKey.Of(@event), id = @event.Id, source = @event.Source, type = @event.Type, body = EventJson.ToUtf8Bytes(@event), cause };
        var delivery = await transaction.Connection!.QuerySingleAsync<long>(
            """
            INSERT INTO deliveries (consumer, endpoint, event_key, lane, position, subject_key, event_id, source, type, state, accepted_at, stored_at)
            VALUES ('orders', '', @key, 'orders/0', 1, 's', @id, @source, @type, 4, 0, 0) RETURNING id
            """,
            values, transaction);
        await transaction.Connection!.ExecuteAsync(
            """
            INSERT INTO dead_letters (delivery, consumer, endpoint, event_key, event_id, type, cause, cause_group, attempts, died_at, state, original)
            VALUES (@delivery, 'orders', '', @key, @id, @type, @cause, @cause, 3, 0, 'dead', @body)
            """,
            new { delivery, values.key, values.id, values.type, values.cause, values.body }, transaction);
        return delivery;
    });

    public async Task<T> ReadAsync<T>(string sql)
    {
        await using var connection = await Database.ConnectAsync();
        return await connection.QuerySingleAsync<T>(sql);
    }

    public Task WriteAsync(string sql) => Database.TransactAsync(async transaction => await transaction.Connection!.ExecuteAsync(sql, transaction: transaction));

    public async ValueTask DisposeAsync()
    {
        await Archive.DisposeAsync();
        await Database.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
