using Dapper;
using EventBus.Contracts;
using EventBus.Operations;
using EventBus.Storage;
using EventBus.Storage.Workflows;
using EventBus.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Workflows;

/// <summary>A host with workflows, a clock that can be set forward, and a receiver for each endpoint.</summary>
sealed class Bed : IAsyncDisposable
{
    readonly TempDirectory _files = new();
    readonly List<Receiver> _receivers = [];
    readonly Lock _gate = new();
    readonly List<(string Endpoint, string Body)> _bodies = [];
    BusHost? _host;

    public BusHost Host => _host!;

    public ShiftedClock Clock { get; } = new();

    /// <summary>An endpoint of another consumer, which asks for the type of what workflows send.</summary>
    public Receiver Other { get; private set; } = null!;

    /// <summary>Whether endpoints refuse what they are sent.</summary>
    public bool Fails { get; set; }

    public int Attempts => _receivers.Sum(r => r.Deliveries.Count);

    public Database Database => Host.Services.GetRequiredService<Database>();

    /// <summary>What was taken, in order.</summary>
    public IReadOnlyList<(string Endpoint, string Body)> Bodies
    {
        get
        {
            lock (_gate)
            {
                return [.. _bodies];
            }
        }
    }

    /// <summary>Starts a host with one workflow, or with those of a directory.</summary>
    public static async Task<Bed> StartAsync(TestTransport transport, RabbitMqFixture broker, string workflow, params string[] endpoints)
    {
        var bed = new Bed();
        var directory = workflow;
        if (!Directory.Exists(workflow))
        {
            directory = bed._files.FullName;
            await File.WriteAllTextAsync(Path.Combine(directory, "workflow.yaml"), workflow);
        }

        bed.Other = await Receiver.StartAsync();
        foreach (var endpoint in endpoints)
        {
            bed._receivers.Add(await bed.ReceiverAsync(endpoint));
        }

        bed._host = await BusHost.StartAsync(transport, broker, b =>
        {
            b.WithConsumers().WithArchive().WithWorkflows().WithService<TimeProvider>(bed.Clock)
                .With("EventBus:Workflows:Directory", directory).With("EventBus:Workflows:Settle", "00:00:00.100");

            b.WithEndpoint(0, "other", bed.Other.Url, ("Events:0", "eventbus.webhook.#"));
            for (var i = 0; i < endpoints.Length; i++)
            {
                b.WithEndpoint(i + 1, endpoints[i], bed._receivers[i].Url, ("Consumer", "Workflows"), ("RetrySchedule:0", "00:00:00.100"), ("RetrySchedule:1", "00:00:00.100"));
            }
        });
        return bed;
    }

    /// <summary>Sends a trigger of CarePortals.</summary>
    public async Task SendAsync(string name, string body)
    {
        using var response = await Host.PostAsync($"/v1/careportals/{name}", body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>All runs, the newest first.</summary>
    public Task<IReadOnlyList<WorkflowRunSummary>> ListAsync() => new WorkflowRuns(Database, TimeProvider.System).ListAsync(new WorkflowRunFilter(), null, 100);

    /// <summary>The newest run that stands so.</summary>
    public async Task<WorkflowRun?> RunAsync(string? status = null) =>
        await new WorkflowRuns(Database, TimeProvider.System).FindAsync((await ListAsync()).First(r => status is null || r.Status == status).Run);

    public async Task UntilAsync(Func<IReadOnlyList<WorkflowRunSummary>, bool> condition)
    {
        try
        {
            await Eventually.TrueAsync(async () => condition(await ListAsync()), "the runs stand as expected");
        }
        catch (Exception e)
        {
            var runs = new List<string>();
            foreach (var run in await ListAsync())
            {
                var found = await new WorkflowRuns(Database, TimeProvider.System).FindAsync(run.Run);
                runs.Add($"{run.Workflow} {run.Status} at {found?.At} {found?.Reason}");
            }

            throw new InvalidOperationException(string.Join('\n', runs), e);
        }
    }

    /// <summary>Waits until so many events were handled.</summary>
    public Task HandledAsync(int count) => Eventually.TrueAsync(
        async () => await ScalarAsync<long>("SELECT count(*) FROM deliveries WHERE consumer = 'workflows' AND endpoint = '' AND state IN (1, 2) AND type NOT LIKE 'eventbus.%'") >= count, $"{count} events are handled");

    /// <summary>Waits until nothing waits that could still have an effect.</summary>
    public Task QuietAsync() => Eventually.TrueAsync(
        async () => await ScalarAsync<long>("SELECT count(*) FROM deliveries WHERE state = 0") == 0 && await ScalarAsync<long>("SELECT count(*) FROM outbox") == 0, "nothing waits");

    public async Task<T?> ScalarAsync<T>(string sql)
    {
        await using var connection = await Database.ConnectAsync();
        return await connection.QueryFirstOrDefaultAsync<T>(sql);
    }

    /// <summary>The first event of a type, once the archive has it.</summary>
    public async Task<CloudEvent> ArchivedAsync(string type)
    {
        byte[]? body = null;
        await Eventually.TrueAsync(async () => (body = await ScalarAsync<byte[]>($"SELECT body FROM events WHERE type = '{type}' ORDER BY position LIMIT 1")) is not null, $"{type} is archived");
        return EventJson.Parse(body);
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        foreach (var receiver in _receivers.Append(Other))
        {
            await receiver.DisposeAsync();
        }

        _files.Dispose();
    }

    async Task<Receiver> ReceiverAsync(string endpoint)
    {
        var receiver = await Receiver.StartAsync();
        receiver.Answer = (delivery, context) =>
        {
            context.Response.StatusCode = Fails ? 500 : 204;
            if (!Fails)
            {
                lock (_gate)
                {
                    _bodies.Add((endpoint, delivery.Text));
                }
            }

            return Task.CompletedTask;
        };
        return receiver;
    }
}
