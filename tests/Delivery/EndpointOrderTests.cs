using Dapper;
using EventBus.Contracts;
using EventBus.Storage;
using EventBus.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Delivery;

/// <summary>What an endpoint that fails, is paused or is limited does to the events of its subjects, and to those of others.</summary>
public sealed class EndpointOrderTests(RabbitMqFixture broker)
{
    [Theory]
    [InlineData(TestTransport.Memory)]
    [InlineData(TestTransport.RabbitMq)]
    public async Task A_newer_event_takes_the_place_of_one_that_waits_for_another_attempt(TestTransport transport)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (delivery, context) =>
        {
            context.Response.StatusCode = delivery.Text.Contains("\"first\"", StringComparison.Ordinal) ? 500 : 204;
            return Task.CompletedTask;
        };
        await using var host = await BusHost.StartAsync(transport, broker, b => b
            .WithConsumers().WithEndpoint(0, "mine", receiver.Url, ("Events:0", "#"), ("Order", "supersede"), ("RetrySchedule:0", "01:00:00")));
        await SendAsync(host, "first", "s");
        await UntilStatesAsync(host, "first:0:1");
        await SendAsync(host, "second", "s");
        await UntilStatesAsync(host, "first:3:1", "second:1:1");
        Assert.Equal(["1", "2"], receiver.Deliveries.Select(d => d.Headers["eventbus-sequence"]));
    }

    [Theory]
    [InlineData("hold", false)]
    [InlineData("unordered", true)]
    public async Task Later_events_of_the_subject_wait_unless_the_endpoint_takes_them_in_any_order(string order, bool second)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (delivery, context) =>
        {
            context.Response.StatusCode = delivery.Text.Contains("\"first\"", StringComparison.Ordinal) ? 500 : 204;
            return Task.CompletedTask;
        };
        await using var host = await BusHost.StartInMemoryAsync(b => b
            .WithConsumers().WithEndpoint(0, "mine", receiver.Url, ("Events:0", "#"), ("Order", order), ("RetrySchedule:0", "01:00:00")));
        await SendAsync(host, "first", "s");
        await UntilStatesAsync(host, "first:0:1");
        await SendAsync(host, "second", "s");
        await SendAsync(host, "other", "another subject");
        await UntilStatesAsync(host, "first:0:1", second ? "second:1:1" : "second:0:0", "other:1:1");
    }

    [Fact]
    public async Task A_hanging_endpoint_holds_back_no_other()
    {
        await using var hanging = await Receiver.StartAsync();
        hanging.Answer = (_, context) => Task.Delay(Timeout.Infinite, context.RequestAborted);
        await using var working = await Receiver.StartAsync();
        await using var host = await BusHost.StartInMemoryAsync(b => b
            .WithConsumers()
            .WithEndpoint(0, "hanging", hanging.Url, ("Events:0", "#"), ("Timeout", "00:05:00"), ("MaxConcurrency", "1"))
            .WithEndpoint(1, "working", working.Url, ("Events:0", "#")));
        for (var i = 0; i < 20; i++)
        {
            await SendAsync(host, $"e{i}", "s");
        }

        Assert.Equal(Enumerable.Range(1, 20).Select(n => $"{n}"), (await working.UntilAsync(20)).Select(d => d.Headers["eventbus-sequence"]));
        Assert.Single(hanging.Deliveries);
    }

    [Fact]
    public async Task A_paused_endpoint_gets_its_events_when_it_is_resumed()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await BusHost.StartInMemoryAsync(b => b.WithConsumers().WithEndpoint(0, "mine", receiver.Url, ("Events:0", "#")));
        var control = host.Services.GetRequiredService<EndpointControl>();
        await control.PauseAsync("mine", "maintenance");
        await Eventually.TrueAsync(
            async () =>
            {
                var before = receiver.Deliveries.Count;
                await SendAsync(host, $"e{Guid.NewGuid():N}", "s");
                await Task.Delay(300);
                return receiver.Deliveries.Count == before;
            },
            "the pause is in force");
        await SendAsync(host, "last", "s");
        await control.ResumeAsync("mine");
        await Eventually.TrueAsync(() => receiver.Deliveries.Any(d => d.Text.Contains("\"last\"", StringComparison.Ordinal)), "what waited has come");
    }

    [Fact]
    public async Task An_endpoint_that_says_it_is_gone_is_disabled_and_its_events_wait()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (_, context) =>
        {
            context.Response.StatusCode = 410;
            return Task.CompletedTask;
        };
        await using var host = await BusHost.StartInMemoryAsync(b => b.WithConsumers().WithEndpoint(0, "mine", receiver.Url, ("Events:0", "#")));
        await SendAsync(host, "first", "s");
        var control = host.Services.GetRequiredService<EndpointControl>();
        await Eventually.TrueAsync(async () => (await control.StatesAsync(CancellationToken.None)).Any(s => s is { Name: "mine", State: EndpointState.Disabled }), "it is disabled");
        await SendAsync(host, "second", "other");
        await UntilStatesAsync(host, "first:0:0", "second:0:0");

        receiver.Answer = (_, _) => Task.CompletedTask;
        await control.ResumeAsync("mine");
        await UntilStatesAsync(host, "first:1:1", "second:1:1");
    }

    static async Task SendAsync(BusHost host, string id, string subject)
    {
        using var response = await host.PostAsync(
            "/v1/events", $$"""{"specversion":"1.0","id":"{{id}}","source":"/test","type":"test.order.changed","subject":"{{subject}}"}""", EventJson.MediaType);
        Assert.True(response.IsSuccessStatusCode);
    }

    /// <summary>Waits until the deliveries to the endpoint are these: id, state, attempts.</summary>
    static async Task UntilStatesAsync(BusHost host, params string[] expected)
    {
        var database = host.Services.GetRequiredService<Database>();
        string[] states = [];
        try
        {
            await Eventually.TrueAsync(
                async () =>
                {
                    await using var connection = await database.ConnectAsync();
                    var rows = await connection.QueryAsync<(string Id, long State, long Attempts)>("SELECT event_id, state, attempts FROM deliveries WHERE endpoint = 'mine' ORDER BY id");
                    states = [.. rows.Select(r => $"{r.Id}:{r.State}:{r.Attempts}")];
                    return states.SequenceEqual(expected, StringComparer.Ordinal);
                },
                $"deliveries are {string.Join(", ", expected)}");
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"They are {string.Join(", ", states)}.\n{string.Join('\n', host.Log.Lines.Where(l => !l.StartsWith("Trace", StringComparison.Ordinal)))}", e);
        }
    }
}
