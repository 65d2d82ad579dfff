using EventBus.Operations.Access;

namespace EventBus.OperatorConsole;

/// <summary>Says at start where the first account is made, as long as there is none.</summary>
sealed class FirstLink(Sessions sessions) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (await sessions.InviteAsync() is { } token)
        {
            await System.Console.Out.WriteLineAsync($"The first account is made at /welcome/{token} of the Console's address, once, within an hour.");
        }
    }
}
