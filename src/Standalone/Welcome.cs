using EventBus.Delivery;
using EventBus.Operations.Access;
using EventBus.OperatorConsole;
using EventBus.Publisher.Transport;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace EventBus.Standalone;

/// <summary>Says on the terminal, once everything runs, where to send an event and where deliveries go.</summary>
sealed class Welcome(IServer server, IConfiguration configuration, WebhookEndpoints endpoints, ConsoleListener console, Sessions sessions) : IHostedLifecycleService
{
    const string Sample = """{"type":"APPOINTMENT_CREATED","target":"dc1b2c66-3d7a-4f6e-9a0f-5a1d7c3e9b10","context":{"patient":{"id":"0f1e2d3c4b5a69788796a5b4c3d2e1f0"}}}""";

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        var gateway = (server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "").TrimEnd('/');
        var key = configuration.GetSection("EventBus:Keys").Exists() ? " -H \"Authorization: Bearer $EVENTBUS_KEY\"" : "";
        var memory = string.Equals(configuration["EventBus:Transport"], EventTransport.Memory, StringComparison.OrdinalIgnoreCase);
        await Console.Out.WriteLineAsync(
            $"""

            EventBus is running: gateway, consumers and webhook delivery, transport {configuration["EventBus:Transport"]}.

            Send an event:

              curl -i {gateway}/v1/canvas -H 'Content-Type: application/json'{key} -d '{Sample}'

            Every event it knows: {gateway}/v1/catalog    Its routes: {gateway}/openapi/v1.json
            """);
        await Console.Out.WriteLineAsync(endpoints.All.Count == 0
            ? """

              Deliveries go nowhere yet. Name an endpoint and start again:

                EventBus__Endpoints__0__Name=mine EventBus__Endpoints__0__Url=http://127.0.0.1:9000/hook EventBus__Endpoints__0__Events__0='#' dotnet run --project src/Standalone

              or start with --demo to see events flow to a receiver that is built in.
              """
            : "\nDeliveries go to:\n" + string.Join('\n', endpoints.All.Select(e =>
                $"  {e.Name}: {e.Url.GetLeftPart(UriPartial.Authority)}, {string.Join(", ", e.Patterns.Select(p => p.Text))} (by {e.Consumer})")));
        await WriteConsoleAsync();
        await Console.Out.WriteLineAsync(memory
            ? $"\nEvents, and what became of them, are kept in {Path.GetFullPath(configuration["EventBus:DataDirectory"]!)}.\n"
            : "");
    }

    async Task WriteConsoleAsync()
    {
        if (console.Address is not { } address)
        {
            return;
        }

        await Console.Out.WriteLineAsync(await sessions.InviteAsync() is { } token
            ? $"""

              See it in a browser; this link makes the first account, once, within an hour:

                {address}/welcome/{token}
              """
            : $"\nSee it in a browser: {address}");
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
