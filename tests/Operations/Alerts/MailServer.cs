using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EventBus.Tests.Operations.Alerts;

/// <summary>
/// As much of SMTP (RFC 5321) as takes a mail, on a free port of this machine. With a certificate it takes none without STARTTLS, with an account none without login.
/// </summary>
sealed class MailServer : IAsyncDisposable
{
    public const string Username = "eventbus@example.org";
    public const string Password = "p\u00e4ssword of the night shift";

    readonly X509Certificate2? _certificate;
    readonly string? _login;
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _end = new();
    readonly Task _running;

    /// <param name="certificate">For STARTTLS; null: it is not offered.</param>
    /// <param name="login">The ways to sign in; null: nobody has to.</param>
    public MailServer(X509Certificate2? certificate = null, string? login = null)
    {
        (_certificate, _login) = (certificate, login);
        _listener.Start();
        _running = Task.Run(RunAsync);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public ConcurrentQueue<Mail> Mails { get; } = new();

    /// <summary>Whether it refuses for now.</summary>
    public bool Refuses { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _running;
        _end.Dispose();
    }

    async Task RunAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_end.Token);
                await TalkAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
        }
    }

    async Task TalkAsync(TcpClient client)
    {
        Stream stream = client.GetStream();
        var (to, isEncrypted, isSignedIn) = (new List<string>(), _certificate is null, _login is null);
        try
        {
            await SayAsync(stream, "220-test", "220 ready");
            while (await ReadLineAsync(stream) is { } line)
            {
                switch (line.Split(' ')[0].ToUpperInvariant())
                {
                    case "EHLO":
                        await SayAsync(stream, ["250-test", .. isEncrypted ? Array.Empty<string>() : ["250-STARTTLS"], .. _login is null || !isEncrypted ? Array.Empty<string>() : [$"250-AUTH {_login}"], "250 8BITMIME"]);
                        break;
                    case "STARTTLS":
                        await SayAsync(stream, "220 go on");
                        var encrypted = new SslStream(stream);
                        await encrypted.AuthenticateAsServerAsync(_certificate!);
                        (stream, isEncrypted) = (encrypted, true);
                        break;
                    case "AUTH":
                        isSignedIn = isEncrypted && await SignInAsync(stream, line.Split(' '));
                        await SayAsync(stream, isSignedIn ? "235 welcome" : "535 5.7.8 who is that");
                        break;
                    case "MAIL":
                        await SayAsync(stream, isEncrypted && isSignedIn ? "250 ok" : "530 sign in first");
                        break;
                    case "RCPT":
                        to.Add(line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)]);
                        await SayAsync(stream, Refuses ? "451 later" : "250 ok");
                        break;
                    case "DATA":
                        await SayAsync(stream, "354 go on");
                        Mails.Enqueue(new Mail(to, await ReadAsync(stream)));
                        await SayAsync(stream, "250 taken");
                        break;
                    case "QUIT":
                        await SayAsync(stream, "221 bye");
                        return;
                    default:
                        await SayAsync(stream, "250 ok");
                        break;
                }
            }
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            // Whoever does not trust the certificate goes away.
        }
        finally
        {
            await stream.DisposeAsync();
        }
    }

    async Task<bool> SignInAsync(Stream stream, string[] command)
    {
        static string Text(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));
        if (command[1] == "PLAIN")
        {
            return Text(command[2]) == $"\0{Username}\0{Password}";
        }

        await SayAsync(stream, "334 VXNlcm5hbWU6");
        var username = Text((await ReadLineAsync(stream))!);
        await SayAsync(stream, "334 UGFzc3dvcmQ6");
        return (username, Text((await ReadLineAsync(stream))!)) == (Username, Password);
    }

    Task SayAsync(Stream stream, params string[] lines) => stream.WriteAsync(Encoding.ASCII.GetBytes(string.Concat(lines.Select(l => $"{l}\r\n"))), _end.Token).AsTask();

    async Task<string?> ReadLineAsync(Stream stream)
    {
        var (line, one) = (new List<byte>(), new byte[1]);
        while (await stream.ReadAsync(one, _end.Token) > 0)
        {
            if (one[0] == '\n')
            {
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            }

            line.Add(one[0]);
        }

        return null;
    }

    async Task<string> ReadAsync(Stream stream)
    {
        var text = new StringBuilder();
        while (await ReadLineAsync(stream) is { } line && line != ".")
        {
            text.Append(line.StartsWith('.') ? line[1..] : line).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>A mail, with its headers.</summary>
    public sealed record Mail(IReadOnlyList<string> To, string Text)
    {
        /// <summary>The text as a reader sees it.</summary>
        public string Body => Encoding.UTF8.GetString([.. Decode(Text[(Text.IndexOf("\n\n", StringComparison.Ordinal) + 2)..].Replace("=\n", "", StringComparison.Ordinal))]);

        static IEnumerable<byte> Decode(string quoted)
        {
            for (var i = 0; i < quoted.Length; i++)
            {
                yield return quoted[i] == '=' ? Convert.FromHexString(quoted.AsSpan(i + 1, 2))[0] : (byte)quoted[i];
                i += quoted[i] == '=' ? 2 : 0;
            }
        }
    }
}
