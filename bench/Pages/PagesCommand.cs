using System.CommandLine;
using System.Diagnostics;
using EventBus.Bench.Measuring;
using EventBus.Storage;
using EventBus.TestServices;
using Microsoft.Extensions.Configuration;

namespace EventBus.Bench.Pages;

/// <summary><c>pages</c>: what each page's queries cost with a small archive and with a large one.</summary>
static class PagesCommand
{
    const int Repetitions = 9;

    public static Command Create()
    {
        var small = new Option<long>("--small") { Description = "Events in the small archive.", DefaultValueFactory = _ => 100_000 };
        var large = new Option<long>("--large") { Description = "Events in the large one.", DefaultValueFactory = _ => 10_000_000 };
        var storage = new Option<string>("--storage") { Description = "Where they are: postgres or sqlite.", DefaultValueFactory = _ => StorageExtensions.Postgres };
        storage.AcceptOnlyFromAmong(StorageExtensions.Postgres, StorageExtensions.Sqlite);
        var command = new Command("pages", "Fills a small and a large archive, and measures what each page of the Console asks of them. The large one takes 15 GB and some minutes.") { small, large, storage };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(storage)!, parsed.GetValue(small), parsed.GetValue(large), cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(string storage, long small, long large, CancellationToken cancellationToken)
    {
        await using var server = storage == StorageExtensions.Postgres ? await PostgresServer.StartAsync(cancellationToken) : null;
        var directory = Directory.CreateTempSubdirectory("eventbus-bench-");
        try
        {
            var sizes = new[] { small, large };
            var figures = new List<IReadOnlyList<(string Name, double Milliseconds)>>();
            foreach (var count in sizes)
            {
                await using var database = StorageExtensions.Create(
                    new ConfigurationBuilder().AddInMemoryCollection(
                    [
                        new("EventBus:Storage", storage), new("EventBus:DataDirectory", directory.CreateSubdirectory($"{count}").FullName),
                        new("EventBus:Postgres:ConnectionString", server is null ? null : await server.CreateDatabaseAsync(cancellationToken)),
                    ]).Build(),
                    owned: true);
                await database.OpenAsync(cancellationToken);
                await SeededArchive.FillAsync(database, count, text => Console.Error.WriteLine($"filling: {text}"), cancellationToken);
                figures.Add(await MeasureAsync(database, count));
            }

            Console.WriteLine($"| {storage} | {small:N0} events, ms | {large:N0} events, ms | ratio |");
            Console.WriteLine("|---|---:|---:|---:|");
            foreach (var (before, after) in figures[0].Zip(figures[1]))
            {
                Console.WriteLine($"| {before.Name} | {before.Milliseconds:0.0} | {after.Milliseconds:0.0} | {after.Milliseconds / before.Milliseconds:0.00} |");
            }

            return ExitCodes.Measured;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    static async Task<IReadOnlyList<(string Name, double Milliseconds)>> MeasureAsync(Database database, long count)
    {
        var figures = new List<(string, double)>();
        foreach (var query in PageQuery.Of(database, count))
        {
            await query.Ask();
            var times = new List<double>();
            for (var i = 0; i < Repetitions; i++)
            {
                var start = Stopwatch.GetTimestamp();
                await query.Ask();
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                if (times.Sum() > 10_000)
                {
                    break;
                }
            }

            figures.Add((query.Name, Median.Of(times)));
            Console.Error.WriteLine($"measured: {query.Name}, {figures[^1].Item2:0.0} ms");
        }

        return figures;
    }
}
