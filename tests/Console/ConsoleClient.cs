using System.Net;
using System.Text.RegularExpressions;

namespace EventBus.Tests.OperatorConsole;

/// <summary>What a browser sends, without one.</summary>
sealed partial class ConsoleClient : IDisposable
{
    readonly HttpClient _http;
    string _token = "";

    ConsoleClient(string url) => _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = new Uri(url) };

    public static async Task<ConsoleClient> SignInAsync(string url, string user, string password = ConsoleBed.Password)
    {
        var client = new ConsoleClient(url);
        await client.TokenAsync("/sign-in");
        await client.PostAsync("/sign-in", ("name", user), ("password", password));
        await client.TokenAsync("/");
        return client;
    }

    public static ConsoleClient Nobody(string url) => new(url);

    public async Task<string> GetAsync(string path)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null);
        return await response.Content.ReadAsStringAsync();
    }

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content) => _http.SendAsync(new HttpRequestMessage(method, path) { Content = content });

    /// <summary>Posts a form with the token that pages have.</summary>
    public async Task<HttpStatusCode> PostAsync(string path, params (string Name, string Value)[] fields) => await PostWithAsync(_token, path, fields);

    /// <summary>Posts a form with the token that pages have, for the whole answer.</summary>
    public Task<HttpResponseMessage> FormAsync(string path, params (string Name, string Value)[] fields) =>
        SendAsync(HttpMethod.Post, path, new FormUrlEncodedContent(fields.Append(("__RequestVerificationToken", _token)).Select(f => new KeyValuePair<string, string>(f.Item1, f.Item2))));

    /// <summary>Posts a form with another token.</summary>
    public async Task<HttpStatusCode> PostWithAsync(string token, string path, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(fields.Append(("__RequestVerificationToken", token)).Select(f => new KeyValuePair<string, string>(f.Item1, f.Item2)));
        using var response = await SendAsync(HttpMethod.Post, path, content);
        return response.StatusCode;
    }

    public async Task TokenAsync(string path) => _token = Token().Match(await GetAsync(path)).Groups["token"].Value;

    /// <summary>The first group of the first match; empty where there is none.</summary>
    public static string Find(string html, string pattern) => Regex.Match(html, pattern, RegexOptions.None, TimeSpan.FromSeconds(10)).Groups[1].Value;

    public void Dispose() => _http.Dispose();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Token();
}
