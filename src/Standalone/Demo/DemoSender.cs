using System.Net.Http.Headers;
using System.Text;
using EventBus.Contracts;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace EventBus.Standalone.Demo;

/// <summary>Sends the catalog's samples to the gateway, a few a second, as their senders would: over HTTP, with the ids of a handful of made-up patients.</summary>
sealed class DemoSender(IServer server, IHostApplicationLifetime lifetime, DemoKey key) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(350);

    readonly string[] _patients = [.. Enumerable.Range(0, 8).Select(_ => Convert.ToHexStringLower(Guid.NewGuid().ToByteArray()))];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(Timeout.Infinite, lifetime.ApplicationStarted).ContinueWith(_ => { }, stoppingToken, TaskContinuationOptions.None, TaskScheduler.Default);
        using var http = new HttpClient { BaseAddress = new Uri(server.Features.Get<IServerAddressesFeature>()!.Addresses.First()) };
        if (key.Value is not null)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Value);
        }

        using var timer = new PeriodicTimer(Pause);
        var senders = Catalog.Events.Where(e => e.IsSent).GroupBy(e => e.Source, StringComparer.Ordinal).Select(g => g.ToArray()).ToArray();
        for (var turn = 0; await timer.WaitForNextTickAsync(stoppingToken); turn++)
        {
            var events = senders[turn % senders.Length];
            await SendAsync(http, events[Random.Shared.Next(events.Length)], stoppingToken);
        }
    }

    async Task SendAsync(HttpClient http, EventDescription description, CancellationToken cancellationToken)
    {
        using var content = new StringContent(Vary(description), Encoding.UTF8, "application/json");
        try
        {
            using var response = await http.PostAsync(new Uri(description.Path, UriKind.Relative), content, cancellationToken);
            await Console.Out.WriteLineAsync($"  sent             {description.Source} {description.Name} -> {(int)response.StatusCode}");
        }
        catch (HttpRequestException e)
        {
            await Console.Out.WriteLineAsync($"  sent             {description.Source} {description.Name} -> {e.HttpRequestError}");
        }
    }

    /// <summary>The sample with another subject in place of its own, of the same length.</summary>
    string Vary(EventDescription description)
    {
        var payload = description.Sample.GetRawText();
        if (key.Value is not null)
        {
            payload = payload.Replace("example-clinic-key", key.Value, StringComparison.Ordinal);
        }

        if (PayloadPath.First(description.Sample, description.Subject) is not { Length: > 8 } subject)
        {
            return payload;
        }

        var patient = _patients[Random.Shared.Next(_patients.Length)];
        return payload.Replace(subject, subject.Length <= patient.Length ? patient[..subject.Length] : Guid.NewGuid().ToString(), StringComparison.Ordinal);
    }
}
