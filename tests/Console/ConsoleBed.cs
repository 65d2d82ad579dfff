using System.Text.Json;
using Dapper;
using EventBus.Operations.Access;
using EventBus.Storage;
using EventBus.TestServices;
using EventBus.Tests.Contracts;
using EventBus.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Playwright;

namespace EventBus.Tests.OperatorConsole;

/// <summary>One Standalone with events that arrived and events that failed, three accounts, and one browser, for all tests of the Console.</summary>
public sealed class ConsoleBed : IAsyncLifetime
{
    /// <summary>May do everything.</summary>
    public const string Admin = "ada";

    /// <summary>Role operator, payloads masked.</summary>
    public const string Operator = "otto";

    /// <summary>Role viewer, payloads masked.</summary>
    public const string Viewer = "vera";

    public const string Password = "correct horse battery";

    /// <summary>The subject of every event here; it is nowhere in a page or URL unless it was revealed.</summary>
    public const string Patient = "0decaf00000040008000000000000077";

    const string SenderKey = "the key of the bed's own sender";

    readonly Dictionary<string, string> _states = new(StringComparer.Ordinal);
    readonly TempDirectory _workflows = new();
    Receiver? _receiver;
    HostProcess? _host;
    IPlaywright? _playwright;
    IBrowser? _browser;

    public string Url { get; private set; } = "";

    public string Gateway { get; private set; } = "";

    internal HostProcess Host => _host!;

    internal Receiver Receiver => _receiver!;

    /// <summary>The first account, by the link that is printed at start.</summary>
    public string Invitation { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        _receiver = await Receiver.StartAsync();
        _receiver.Answer = async (delivery, context) =>
        {
            var isWrong = delivery.Text.Contains("\"wrong\":true", StringComparison.Ordinal);
            context.Response.StatusCode = isWrong ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status204NoContent;
            if (isWrong)
            {
                await context.Response.WriteAsync($"{{\"error\":\"patient {Patient} is not known\"}}");
            }
        };
        await File.WriteAllTextAsync(
            Path.Combine(_workflows.FullName, "follow-up.yaml"), "name: follow-up\nwhen: {events: [careportals.order.created]}\nthen: [{wait: {for: 1d}}, {end: done}]", TestContext.Current.CancellationToken);
        _host = HostProcess.Start("EventBus.Standalone", ["--urls", "http://127.0.0.1:0"],
        [
            ("EventBus__Keys__0__Name", "sender"), ("EventBus__Keys__0__Hash", ApiKey.Hash(SenderKey)), ("EventBus__Keys__0__Sources__0", "*"),
            ("EventBus__Workflows__Directory", _workflows.FullName), ("EventBus__CommandLifecycle__ActionLimit", "00:00:01"),
            ("EventBus__Endpoints__0__Name", "practice"), ("EventBus__Endpoints__0__Url", _receiver.Url.ToString()), ("EventBus__Endpoints__0__Events__0", "#"),
            ("EventBus__Endpoints__0__FinalClientErrors", "true"), ("EventBus__Endpoints__0__KeepResponse", "true"), ("EventBus__Delivery__AllowedNetworks__0", "127.0.0.0/8"), ("EventBus__Console__SignInsPerMinute", "10000"),
            ("EventBus__Endpoints__1__Name", "laboratory"), ("EventBus__Endpoints__1__Url", _receiver.Url.ToString()), ("EventBus__Endpoints__1__Events__0", "*.order.#"),
        ]);
        Gateway = await _host.UrlAsync();
        var link = (await _host.UntilAsync(line => line.Contains("/welcome/", StringComparison.Ordinal))).Trim();
        (Url, Invitation) = (link[..link.IndexOf("/welcome/", StringComparison.Ordinal)], link);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium.Path,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"],
        });
        await using (var first = await OpenAsync(null))
        {
            await first.Page.GotoAsync(Invitation);
            await first.Page.GetByLabel("Name").FillAsync(Admin);
            await first.Page.GetByLabel("Password").FillAsync(Password);
            await first.Page.GetByRole(AriaRole.Button, new() { Name = "Make the account" }).ClickAsync();
            await first.Page.GetByRole(AriaRole.Heading, new() { Name = "Overview" }).WaitForAsync();
            _states[Admin] = await first.Page.Context.StorageStateAsync();
        }

        using var admin = await ConsoleClient.SignInAsync(Url, Admin);
        await admin.PostAsync("/users/create", ("name", Operator), ("password", Password), ("role", "operator"));
        await admin.PostAsync("/users/create", ("name", Viewer), ("password", Password), ("role", "viewer"));
        await admin.PostAsync("/endpoints/add", ("endpoint", "registry"), ("Url", _receiver.Url.ToString()), ("Events", "*.patient.#"), ("Format", "native"));
        for (var i = 0; i < 12; i++)
        {
            await SendAsync(i % 2 == 0 ? "TASK_CREATED" : "APPOINTMENT_CREATED", $"good-{i}", wrong: false);
        }
    }

    /// <summary>Sends an event as Canvas would; a wrong one fails for good.</summary>
    public async Task SendAsync(string name, string id, bool wrong)
    {
        using var http = new HttpClient();
        using var content = new StringContent($$$"""{"type":"{{{name}}}","target":"{{{id}}}","context":{"patient":{"id":"{{{Patient}}}"},"wrong":{{{(wrong ? "true" : "false")}}}}}""", System.Text.Encoding.UTF8, "application/json");
        content.Headers.Add("webhook-id", id);
        http.DefaultRequestHeaders.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", SenderKey);
        using var response = await http.PostAsync($"{Gateway}/v1/canvas", content);
        Assert.True(response.IsSuccessStatusCode, response.StatusCode.ToString());
    }

    /// <summary>Sends an event with a key of one's own.</summary>
    public Task<System.Net.HttpStatusCode> SendWithAsync(string key) => PostAsync(key, "/v1/canvas", """{"type":"TASK_CREATED","target":"with-a-key"}""");

    /// <summary>Sends what a test likes to.</summary>
    public async Task PostAsync(string path, string body) => Assert.Equal(System.Net.HttpStatusCode.Accepted, await PostAsync(SenderKey, path, body));

    async Task<System.Net.HttpStatusCode> PostAsync(string key, string path, string body)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", key);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await http.PostAsync($"{Gateway}{path}", content);
        return response.StatusCode;
    }

    /// <summary>A browser's window of an account; null is nobody.</summary>
    /// <param name="user">The account.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="scheme">Light or dark.</param>
    /// <param name="url">Another Console than the bed's.</param>
    /// <param name="alone">Whether the session is not shared with other windows: what one reveals, all of a session see.</param>
    public async Task<ConsoleWindow> OpenAsync(string? user, int width = 1280, ColorScheme scheme = ColorScheme.Light, string? url = null, bool alone = false)
    {
        string? state = null;
        if (user is not null && (alone || !await IsSignedInAsync(user)))
        {
            await using var window = await OpenAsync(null);
            await SignInAsync(window, user);
            state = await window.Page.Context.StorageStateAsync();
            if (!alone)
            {
                _states[user] = state;
            }
        }

        var context = await _browser!.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = 860 }, ColorScheme = scheme, StorageState = user is null ? null : state ?? _states[user], BaseURL = url ?? Url, ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(120_000);
        return new ConsoleWindow(await context.NewPageAsync(), url ?? Url);
    }

    /// <summary>Signs a window in at its Console, where the account has the password of all; it shows Overview then.</summary>
    public static async Task SignInAsync(ConsoleWindow window, string user)
    {
        await window.Page.GotoAsync("/sign-in");
        await window.Page.GetByLabel("Name").FillAsync(user);
        await window.Page.GetByLabel("Password").FillAsync(Password);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Heading, new() { Name = "Overview" }).WaitForAsync();
    }

    /// <summary>Some tests end sessions, or change accounts, which ends theirs.</summary>
    async Task<bool> IsSignedInAsync(string user)
    {
        if (!_states.TryGetValue(user, out var state))
        {
            return false;
        }

        await using var context = await _browser!.NewContextAsync(new() { StorageState = state, BaseURL = Url });
        return (await context.APIRequest.GetAsync("/account", new() { MaxRedirects = 0 })).Status == 200;
    }

    /// <summary>Sends one that fails for good, and waits until it has.</summary>
    /// <returns>The path of its group.</returns>
    public async Task<string> FailAsync(string id)
    {
        await SendAsync("TASK_CREATED", id, wrong: true);
        using var client = await ConsoleClient.SignInAsync(Url, Admin);
        var path = "";
        await Eventually.TrueAsync(
            async () =>
            {
                path = ConsoleClient.Find(await client.GetAsync("/failures"), "href=\"(/failures/[0-9a-f]+)\"");
                return path.Length > 0 && (await client.GetAsync(path)).Contains($">{id}<", StringComparison.Ordinal);
            },
            $"{id} is a dead letter");
        return path;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        _workflows.Dispose();
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        if (_receiver is not null)
        {
            await _receiver.DisposeAsync();
        }
    }

    /// <summary>Counts for each minute of the last day, as a working day has them.</summary>
    public async Task CountDayAsync()
    {
        await using var database = StorageExtensions.Create(
            new ConfigurationBuilder().AddInMemoryCollection([new("EventBus:DataDirectory", Path.Combine(_host!.Directory.FullName, "data"))]).Build(), owned: false);
        await database.OpenAsync(TestContext.Current.CancellationToken);
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 60_000 * 60_000;
        await database.TransactAsync(async transaction =>
        {
            for (var ago = 16; ago < 1440; ago++)
            {
                // Mornings begin, noon pauses, and for a while something does not answer.
                var accepted = (int)(600 * Math.Pow(Math.Sin(Math.PI * (1440 - ago) / 1440), 2) * (1 + (0.25 * Math.Sin(ago / 3.0)) + (0.1 * Math.Sin(ago * 1.7))));
                var failed = ago is > 24 and < 38 ? accepted / 3 : 0;
                await transaction.Connection!.ExecuteAsync(
                    "INSERT INTO minutes (minute, accepted, succeeded, failed, waiting) VALUES (@minute, @accepted, @succeeded, @failed, @waiting) ON CONFLICT (minute) DO NOTHING",
                    new { minute = now - (ago * 60_000L), accepted, succeeded = (accepted * 2) - failed, failed, waiting = failed * 4 }, transaction);
            }
        });
    }

    /// <summary>What axe-core finds wrong with a page.</summary>
    public static async Task<IReadOnlyList<string>> AxeAsync(IPage page, bool contrastOnly)
    {
        var script = Path.Combine(Repository.Root, "tests", "npm", "node_modules", "axe-core", "axe.min.js");
        Assert.True(File.Exists(script), "axe-core is not installed: run ./test.sh once.");
        await page.EvaluateAsync(await File.ReadAllTextAsync(script));
        var found = await page.EvaluateAsync<JsonElement>(
            "contrast => axe.run(document, contrast ? { runOnly: { type: 'rule', values: ['color-contrast'] } } : {}).then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html + ' ' + n.failureSummary).slice(0, 3).join(' | ')))",
            contrastOnly);
        return [.. found.EnumerateArray().Select(v => v.GetString()!)];
    }
}

[CollectionDefinition(nameof(ConsoleBed))]
public sealed class ConsoleCollection : ICollectionFixture<ConsoleBed>;
