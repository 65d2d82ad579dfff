using System.Diagnostics.Metrics;
using EventBus.Operations;
using EventBus.Operations.Access;
using EventBus.Operations.Alerts;
using EventBus.OperatorConsole;
using EventBus.Storage;
using EventBus.TestServices;
using EventBus.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EventBus.Tests.OperatorConsole;

/// <summary>Each fault, on a broker of the test's own, is an alert, stands on the overview and in the metrics, and clears, all with the settings that a host has by itself.</summary>
public sealed class FaultsTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_endpoint_that_fails_a_dead_letter_and_a_broker_that_is_away_are_seen_and_clear()
    {
        await using var node = await RabbitMqServer.StartAsync(Token);
        await using var receiver = await Receiver.StartAsync();
        var status = StatusCodes.Status500InternalServerError;
        receiver.Answer = (_, context) =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        await using var host = await BusHost.StartAsync(
            BusHost.Broker(node.AmqpUri, await node.CreateVirtualHostAsync(Token)),
            b => b.WithConsumers().WithArchive().WithConsole().WithEndpoint(0, "sink", receiver.Url, ("Events:0", "#"), ("FinalClientErrors", "true")));
        await using var seen = await Seen.StartAsync(host);

        await TakenAsync(host, "first");
        await seen.UntilAsync("endpoint-failing/sink", "Endpoint sink fails");
        status = StatusCodes.Status204NoContent;
        await seen.ClearsAsync("endpoint-failing/sink");

        status = StatusCodes.Status422UnprocessableEntity;
        await TakenAsync(host, "wrong");
        var cause = await seen.UntilAsync("dead-letters/", "1 event failed for good at endpoint sink: HTTP 422");
        status = StatusCodes.Status204NoContent;
        await new DeadLetterDesk(host.Services.GetRequiredService<Database>(), TimeProvider.System).RetryAsync(Actor.CommandLine, new DeadLetterFilter());
        await seen.ClearsAsync(cause);

        await node.SyncAsync();
        await node.StopAsync();
        await TakenAsync(host, "spooled");
        await seen.UntilAsync("spool/", "The broker does not take events from");
        await seen.UntilAsync("broker", "No host reaches the broker");
        await node.RestartAsync(Token);
        await seen.ClearsAsync("broker");
        await seen.ClearsAsync("spool/");
    }

    static async Task TakenAsync(BusHost host, string id)
    {
        using var response = await host.PostAsync("/v1/canvas", """{"type":"TASK_CREATED","target":"t-1"}""", "application/json", ("webhook-id", id));
        Assert.True(response.IsSuccessStatusCode);
    }

    /// <summary>What an operator sees.</summary>
    sealed class Seen(AlertDesk desk, ConsoleClient console, AlertWatch watch) : IAsyncDisposable
    {
        public static async Task<Seen> StartAsync(BusHost host)
        {
            var database = host.Services.GetRequiredService<Database>();
            await new Users(database, TimeProvider.System).CreateAsync(Actor.CommandLine, ConsoleBed.Viewer, ConsoleBed.Password, Role.Viewer, payloads: false);
            return new Seen(
                new AlertDesk(database, TimeProvider.System), await ConsoleClient.SignInAsync(host.Services.GetRequiredService<ConsoleListener>().Address!, ConsoleBed.Viewer),
                host.Services.GetServices<IHostedService>().OfType<AlertWatch>().Single());
        }

        /// <returns>The whole cause.</returns>
        public async Task<string> UntilAsync(string cause, string text)
        {
            Alert? alert = null;
            await Eventually.TrueAsync(
                async () => (alert = (await desk.OpenAsync(Token)).FirstOrDefault(a => a.Cause.StartsWith(cause, StringComparison.Ordinal))) is not null
                    && (await console.GetAsync("/")).Contains(text, StringComparison.Ordinal) && Measured(alert.Kind) == 1,
                $"{cause} is an alert, on the overview and in the metrics");
            TestContext.Current.TestOutputHelper?.WriteLine($"{alert!.Cause}: {(alert.RaisedAt - alert.Since) / 1000.0} s after it began");
            return alert!.Cause;
        }

        public Task ClearsAsync(string cause) => Eventually.TrueAsync(
            async () => !(await desk.OpenAsync(Token)).Any(a => a.Cause.StartsWith(cause, StringComparison.Ordinal)) && Measured(cause.Split('/')[0]) == 0, $"{cause} is resolved");

        public ValueTask DisposeAsync()
        {
            console.Dispose();
            return ValueTask.CompletedTask;
        }

        /// <summary>What this host exports; others of the process measure as well.</summary>
        long Measured(string kind)
        {
            var sum = -1L;
            using var listener = new MeterListener();
            listener.SetMeasurementEventCallback<long>((_, value, tags, _) => sum = tags.ToArray().Any(t => t.Key == "eventbus.alert" && (string?)t.Value == kind) ? value : sum);
            listener.EnableMeasurementEvents(watch.Gauge);
            listener.RecordObservableInstruments();
            return sum;
        }
    }
}
