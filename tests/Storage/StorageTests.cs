using Dapper;
using EventBus.Storage;
using EventBus.Tests.Fixtures;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace EventBus.Tests.Storage;

/// <summary>Opening either home, and what they promise to those who write.</summary>
public sealed class StorageTests(PostgresFixture postgres) : IDisposable
{
    readonly TempDirectory _directory = new();

    public static TheoryData<string> Homes => ["sqlite", "postgres"];

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Ten_hosts_start_at_once_on_an_empty_database()
    {
        var settings = await postgres.NewDatabaseAsync();
        var hosts = Enumerable.Range(0, 10).Select(_ => Create(settings)).ToList();
        await Task.WhenAll(hosts.Select(h => Task.Run(() => h.OpenAsync(Token))));
        await using (var connection = await hosts[0].ConnectAsync(Token))
        {
            Assert.Equal([1, 2, 3, 4, 10, 11, 12, 13, 14, 16, 17], await connection.QueryAsync<int>("SELECT number FROM schema_migrations"));
        }

        foreach (var host in hosts)
        {
            Assert.True(await host.TryWriteAsync(Token));
            await host.DisposeAsync();
        }
    }

    /// <summary>PostgreSQL's compiler takes a second of processor time for a statement that runs for a tenth.</summary>
    [Fact]
    public async Task PostgreSQL_compiles_no_statements()
    {
        await using var database = Create(await postgres.NewDatabaseAsync());
        await using var connection = await database.ConnectAsync(Token);
        Assert.Equal("off", await connection.QuerySingleAsync<string>("SHOW jit"));
    }

    [Fact]
    public async Task Of_hosts_that_would_share_a_file_one_starts_and_the_others_say_what_to_do()
    {
        await using var first = Create(InDirectory);
        await first.OpenAsync(Token);
        await using var second = Create(InDirectory);
        var refused = await Assert.ThrowsAsync<StorageException>(() => second.OpenAsync(Token));
        Assert.Contains("in use by another process", refused.Message, StringComparison.Ordinal);
        Assert.Contains("EventBus__Storage=postgres", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/proc/eventbus")]
    [InlineData("/dev/null/eventbus")]
    public async Task A_directory_that_takes_no_files_is_an_error_that_names_the_setting(string directory)
    {
        await using var database = Create([new("EventBus:DataDirectory", directory)]);
        var refused = await Assert.ThrowsAsync<StorageException>(() => database.OpenAsync(Token));
        Assert.Contains("EventBus__DataDirectory=", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Password=wrong-secret", "user or password is wrong")]
    [InlineData("Database=nowhere", "the database does not exist")]
    [InlineData("Port=1", "not reachable")]
    public async Task A_PostgreSQL_that_cannot_be_used_is_an_error_that_names_the_setting_and_no_password(string wrong, string reason)
    {
        var settings = (await postgres.NewDatabaseAsync()).ToDictionary(StringComparer.Ordinal);
        settings["EventBus:Postgres:ConnectionString"] += ";" + wrong;
        await using var database = Create(settings);
        var refused = await Assert.ThrowsAsync<StorageException>(() => database.OpenAsync(Token));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Contains("EventBus:Postgres:ConnectionString", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-secret", refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EventBus:Storage", "oracle", "EventBus__Storage=postgres")]
    [InlineData("EventBus:Postgres:ConnectionString", "", "EventBus__Postgres__ConnectionString=")]
    [InlineData("EventBus:Postgres:ConnectionString", "no connection string", "EventBus__Postgres__ConnectionString=")]
    public void A_wrong_setting_is_an_error_with_an_example(string key, string value, string example)
    {
        var wrong = Assert.Throws<OptionsValidationException>(() => Create(new Dictionary<string, string?>(StringComparer.Ordinal) { ["EventBus:Storage"] = "postgres", [key] = value }));
        Assert.Contains(example, wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task Of_many_that_write_at_once_the_one_that_fails_is_rolled_back_alone(string home)
    {
        await using var database = await OpenAsync(home);
        var writing = Enumerable.Range(0, 50).Select(i => database.TransactAsync(
            async transaction =>
            {
                await transaction.Connection!.ExecuteAsync("INSERT INTO lanes (name) VALUES (@name)", new { name = $"lane-{i}" }, transaction);
                if (i % 10 == 3)
                {
                    throw new InvalidOperationException("not this one");
                }
            },
            Token)).ToList();
        await Task.WhenAll(writing).ContinueWith(_ => { }, Token, TaskContinuationOptions.None, TaskScheduler.Default);

        Assert.Equal(5, writing.Count(w => w.Exception?.InnerException is InvalidOperationException));
        await using var connection = await database.ConnectAsync(Token);
        Assert.Equal(45, await connection.QuerySingleAsync<int>("SELECT count(*) FROM lanes"));
        Assert.Equal(0, await connection.QuerySingleAsync<int>("SELECT count(*) FROM lanes WHERE name LIKE '%3'"));
        Assert.False(database.WritesFail);
    }

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task What_is_run_with_the_commit_is_rolled_back_with_the_rest_and_leaves_nothing_for_the_next_transaction(string home)
    {
        var insert = new RowStatement<string>("INSERT INTO lanes (name) SELECT r.name FROM {rows}", RowColumn<string>.Text("name", n => n));
        await using var database = await OpenAsync(home);
        var failed = 0;
        for (var i = 0; i < 30; i++)
        {
            try
            {
                await database.TransactAsync(
                    async transaction =>
                    {
                        await insert.ExecuteAsync(transaction, [$"first-{i}"]);
                        await insert.ExecuteLastAsync(transaction, [$"last-{i}"]);
                        await insert.ExecuteLastAsync(transaction, [i % 10 == 3 ? $"first-{i}" : $"also-last-{i}"]);
                        if (i % 10 == 5)
                        {
                            throw new InvalidOperationException("not this one");
                        }
                    },
                    Token);
            }
            catch (Exception e) when (e is InvalidOperationException or System.Data.Common.DbException)
            {
                failed++;
            }
        }

        Assert.Equal(6, failed);
        await using var connection = await database.ConnectAsync(Token);
        Assert.Equal(24 * 3, await connection.QuerySingleAsync<int>("SELECT count(*) FROM lanes"));
        Assert.Equal(0, await connection.QuerySingleAsync<int>("SELECT count(*) FROM lanes WHERE name LIKE '%3' OR name LIKE '%5'"));
    }

    [Fact]
    public async Task Of_hosts_that_share_a_database_one_has_a_lock_until_it_gives_it_back()
    {
        var settings = await postgres.NewDatabaseAsync();
        await using var first = Create(settings);
        await using var second = Create(settings);
        await Task.WhenAll(first.OpenAsync(Token), second.OpenAsync(Token));
        for (var i = 0; i < 30; i++)
        {
            await using (var held = await first.TryLockAsync("outbox", Token))
            {
                Assert.NotNull(held);
                Assert.Null(await second.TryLockAsync("outbox", Token));
                await using var other = await second.TryLockAsync("other", Token);
                Assert.NotNull(other);
            }

            // Given up in the middle, it is not held by the session that goes back to the pool.
            using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(i / 10.0));
            await Task.Run(async () => await (await second.TryLockAsync("outbox", stop.Token))!.DisposeAsync(), Token).ContinueWith(_ => { }, Token, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    /// <summary>PostgreSQL gets few rows one after the other, and more as arrays.</summary>
    [Theory]
    [InlineData("sqlite", 0)]
    [InlineData("postgres", 0)]
    [InlineData("postgres", 10)]
    public async Task A_statement_over_rows_inserts_updates_finds_and_deletes_them_and_says_which_it_wrote(string home, int more)
    {
        // Neither written nor found: their word is there, and their number too low.
        var others = Enumerable.Range(0, more).Select(i => ("other", (long?)-100 - i)).ToList();
        var insert = Pairs(
            """
            INSERT INTO pairs (word, number) SELECT r.word, r.number + @more
            FROM {rows} ON CONFLICT (word) DO UPDATE SET number = excluded.number WHERE pairs.number < @least RETURNING word
            """);
        var update = Pairs("UPDATE pairs SET number = r.number\nFROM {rows} WHERE pairs.word = r.word AND pairs.number < r.number RETURNING pairs.word");
        var read = Pairs("SELECT word, number FROM pairs WHERE word IN (SELECT r.word FROM {rows})");
        var delete = Pairs("DELETE FROM pairs WHERE word IN (SELECT r.word FROM {rows})");
        Assert.Throws<ArgumentException>(() => Pairs("SELECT word FROM {rows} JOIN pairs p ON p.word = r.word JOIN {rows} ON true"));

        await using var database = await OpenAsync(home);
        await database.TransactAsync(
            async transaction =>
            {
                await transaction.Connection!.ExecuteAsync("CREATE TABLE pairs (word TEXT PRIMARY KEY, number BIGINT)", transaction: transaction);
                await transaction.Connection!.ExecuteAsync("INSERT INTO pairs (word, number) VALUES ('other', 100)", transaction: transaction);
                Assert.Equal([("a", 1), ("b", 5)], await insert.WriteAsync(transaction, [.. others, ("a", 1), ("b", 5)], ("more", 10L), ("least", 12L)));
                Assert.Equal([("a", 2), ("c", 3)], await insert.WriteAsync(transaction, [("a", 2), ("b", 2), .. others, ("c", 3)], ("more", 10L), ("least", 12L)));
                Assert.Equal(["d"], await insert.QueryAsync(transaction, [("b", 7), .. others, ("d", null)], r => r.GetString(0), ("more", 10L), ("least", 12L)));
                Assert.Equal([("a", 13)], await update.WriteAsync(transaction, [("a", 13), ("b", 13), ("z", 13), .. others]));
                Assert.Empty(await update.WriteAsync(transaction, []));
                await delete.ExecuteAsync(transaction, [("c", 0), ("z", 0), .. others]);
                var left = await read.QueryAsync(transaction, [("a", 0), ("b", 0), ("c", 0), ("d", 0), .. others], r => (r.GetString(0), r.IsDBNull(1) ? (long?)null : r.GetInt64(1)));
                Assert.Equal([("a", 13), ("b", 15), ("d", null)], left.Where(p => p.Item1 != "other").OrderBy(p => p.Item1, StringComparer.Ordinal));
            },
            Token);
    }

    [Theory]
    [MemberData(nameof(Homes))]
    public async Task Statements_that_are_run_together_run_in_their_order_and_each_has_its_own_results(string home)
    {
        var insert = Pairs("INSERT INTO pairs (word, number) SELECT r.word, r.number + (SELECT count(*) FROM pairs) FROM {rows} ON CONFLICT (word) DO NOTHING RETURNING word, number");
        await using var database = await OpenAsync(home);
        await database.TransactAsync(t => t.Connection!.ExecuteAsync("CREATE TABLE pairs (word TEXT PRIMARY KEY, number BIGINT)", transaction: t), Token);
        Task<List<string>> AddAsync(RowBatch batch, params IReadOnlyList<string> words) => batch.AddAsync(insert, [.. words.Select(w => (w, (long?)0))], r => $"{r.GetString(0)}{r.GetInt64(1)}");

        await database.TransactAsync(
            async transaction =>
            {
                var batch = new RowBatch(transaction);
                var first = await AddAsync(batch, "a", "b");
                var none = await AddAsync(batch);
                var again = await AddAsync(batch, "b", "a");
                var many = await AddAsync(batch, "c", "a", "d", "b", "e", "f");
                var last = await AddAsync(batch, "a", "g");
                await batch.RunAsync();
                Assert.Equal(["a0", "b1"], first);
                Assert.Empty(none);
                Assert.Empty(again);
                Assert.Equal(["c", "d", "e", "f"], many.Select(m => m[..1]));
                Assert.Equal(["g6"], last);
            },
            Token);
    }

    [Fact]
    public async Task A_file_that_cannot_grow_fails_the_write_and_takes_the_next_when_it_can()
    {
        await using var database = Create(InDirectory);
        await database.OpenAsync(Token);
        await AddAsync(database, "before");
        await database.TransactAsync(t => t.Connection!.ExecuteAsync("PRAGMA max_page_count = 1", transaction: t), Token);

        var failed = await Assert.ThrowsAsync<StorageException>(() => AddAsync(database, new string('x', 1_000_000)));
        Assert.IsType<SqliteException>(failed.InnerException);
        Assert.True(database.WritesFail);
        Assert.False(await database.TryWriteAsync(Token));

        await database.TransactAsync(t => t.Connection!.ExecuteAsync("PRAGMA max_page_count = 1000000", transaction: t), Token);
        Assert.True(await database.TryWriteAsync(Token));
        Assert.False(database.WritesFail);
        await AddAsync(database, "after");
        await using var connection = await database.ConnectAsync(Token);
        Assert.Equal(["after", "before"], await connection.QueryAsync<string>("SELECT name FROM lanes ORDER BY name"));
    }

    static RowStatement<(string Word, long? Number)> Pairs(string sql) =>
        new(sql, RowColumn<(string Word, long? Number)>.Text("word", p => p.Word), RowColumn<(string Word, long? Number)>.Number("number", p => p.Number));

    static Task AddAsync(Database database, string name) => database.TransactAsync(t => t.Connection!.ExecuteAsync("INSERT INTO lanes (name) VALUES (@name)", new { name }, t), Token);

    static Database Create(IEnumerable<KeyValuePair<string, string?>> settings) => StorageExtensions.Create(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), owned: true);

    KeyValuePair<string, string?>[] InDirectory => [new("EventBus:DataDirectory", _directory.FullName)];

    async Task<Database> OpenAsync(string home)
    {
        var database = Create(home == "postgres" ? await postgres.NewDatabaseAsync() : InDirectory);
        await database.OpenAsync(Token);
        return database;
    }
}
