using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace EventBus.Tests.OperatorConsole;

/// <summary>A window that notes what must not be: errors of scripts, violations of the content security policy, requests to other hosts.</summary>
public sealed class ConsoleWindow : IAsyncDisposable
{
    readonly ConcurrentQueue<string> _wrong = new();

    internal ConsoleWindow(IPage page, string url)
    {
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _wrong.Enqueue(message.Text);
            }
        };
        page.Response += (_, response) =>
        {
            if (response.Status >= 500)
            {
                _wrong.Enqueue($"{response.Status} {new Uri(response.Url).AbsolutePath}");
            }
        };
        page.PageError += (_, error) => _wrong.Enqueue(error);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(url + "/", StringComparison.Ordinal))
            {
                _wrong.Enqueue($"request to {request.Url}");
            }

            if (request.Url.Contains(ConsoleBed.Patient, StringComparison.Ordinal))
            {
                _wrong.Enqueue("a subject is in a URL");
            }
        };
    }

    public IPage Page { get; }

    /// <summary>What was seen of it.</summary>
    public IReadOnlyCollection<string> Wrong => _wrong;

    /// <summary>Waits for what is to be seen; where it is not, says what is.</summary>
    public async Task SeesAsync(ILocator what)
    {
        try
        {
            await what.WaitForAsync();
        }
        catch (TimeoutException e)
        {
            throw new InvalidOperationException($"{new Uri(Page.Url).AbsolutePath}: {string.Join("; ", _wrong)}\n{await Page.Locator("main").InnerTextAsync()}", e);
        }
    }

    /// <summary>Nothing of it was seen.</summary>
    public void Check() => Assert.Empty(_wrong);

    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();
}
