using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace EventBus.Operations.Alerts;

/// <summary>A conversation with a mail server (RFC 5321), encrypted by STARTTLS (RFC 3207) and signed in by PLAIN or LOGIN (RFC 4954), as the settings say.</summary>
sealed class SmtpSession : IAsyncDisposable
{
    /// <summary>A server that says more in one line, or in more lines, is none.</summary>
    const int MaxAnswer = 64 * 1024;

    readonly TcpClient _client = new();
    Stream _stream = Stream.Null;
    List<string> _offers = [];

    SmtpSession()
    {
    }

    /// <summary>Connects, up to where a mail can be sent.</summary>
    /// <exception cref="SmtpRefusedException">The server refuses; the message says at which step.</exception>
    /// <exception cref="AuthenticationException">Its certificate is not trusted.</exception>
    /// <exception cref="SocketException">It cannot be reached.</exception>
    /// <exception cref="IOException">It has ended the connection.</exception>
    public static async Task<SmtpSession> OpenAsync(AlertSmtpOptions options, CancellationToken cancellationToken)
    {
        var session = new SmtpSession();
        try
        {
            await session._client.ConnectAsync(options.Host!, options.Port, cancellationToken);
            session._stream = session._client.GetStream();
            await session.ExpectAsync("greeting", 220, cancellationToken);
            await session.GreetAsync(cancellationToken);
            if (options.Tls)
            {
                await session.EncryptAsync(options.Host!, cancellationToken);
            }

            if (options.Username is { } username)
            {
                await session.SignInAsync(username, options.Password!, cancellationToken);
            }

            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends one mail.</summary>
    /// <exception cref="SmtpRefusedException">The server refuses; the message says at which step.</exception>
    /// <exception cref="IOException">It has ended the connection.</exception>
    public async Task SendAsync(string from, IEnumerable<string> to, string mail, CancellationToken cancellationToken)
    {
        await SayAsync("sender", $"MAIL FROM:<{from}>", 250, cancellationToken);
        foreach (var recipient in to)
        {
            await SayAsync("recipient", $"RCPT TO:<{recipient}>", 250, cancellationToken);
        }

        await SayAsync("mail", "DATA", 354, cancellationToken);
        var text = mail.StartsWith('.') ? $".{mail}" : mail;
        await SayAsync("mail", $"{text.Replace("\r\n.", "\r\n..", StringComparison.Ordinal)}\r\n.", 250, cancellationToken);

        // It is taken; who does not wait for the answer misses nothing.
        await WriteAsync("QUIT", cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _client.Dispose();
    }

    async Task GreetAsync(CancellationToken cancellationToken) => _offers = await SayAsync("greeting", $"EHLO {Environment.MachineName}", 250, cancellationToken);

    async Task EncryptAsync(string host, CancellationToken cancellationToken)
    {
        if (!_offers.Contains("STARTTLS", StringComparer.OrdinalIgnoreCase))
        {
            throw new SmtpRefusedException("SMTP without STARTTLS: the server does not offer it; for a server that is trusted as it is, EventBus__Alerts__Smtp__Tls=false");
        }

        await SayAsync("STARTTLS", "STARTTLS", 220, cancellationToken);
        var encrypted = new SslStream(_stream);
        _stream = encrypted;
        await encrypted.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, cancellationToken);
        await GreetAsync(cancellationToken);
    }

    async Task SignInAsync(string username, string password, CancellationToken cancellationToken)
    {
        var ways = _offers.Where(o => o.StartsWith("AUTH ", StringComparison.OrdinalIgnoreCase)).SelectMany(o => o.ToUpperInvariant().Split(' ').Skip(1)).ToHashSet(StringComparer.Ordinal);
        if (ways.Contains("PLAIN"))
        {
            await SayAsync("login", $"AUTH PLAIN {Base64($"\0{username}\0{password}")}", 235, cancellationToken);
        }
        else if (ways.Contains("LOGIN"))
        {
            await SayAsync("login", "AUTH LOGIN", 334, cancellationToken);
            await SayAsync("login", Base64(username), 334, cancellationToken);
            await SayAsync("login", Base64(password), 235, cancellationToken);
        }
        else
        {
            throw new SmtpRefusedException("SMTP without login: the server offers neither PLAIN nor LOGIN");
        }
    }

    static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    async Task<List<string>> SayAsync(string step, string line, int expected, CancellationToken cancellationToken)
    {
        await WriteAsync(line, cancellationToken);
        return await ExpectAsync(step, expected, cancellationToken);
    }

    async Task WriteAsync(string line, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(Encoding.UTF8.GetBytes($"{line}\r\n"), cancellationToken);
        await _stream.FlushAsync(cancellationToken);
    }

    /// <summary>What stands behind the code in each line of the answer. What the server says otherwise may hold addresses, and goes no further.</summary>
    async Task<List<string>> ExpectAsync(string step, int expected, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        string line;
        do
        {
            line = await ReadLineAsync(cancellationToken);
            lines.Add(line.Length > 4 ? line[4..] : "");
        }
        while (line.Length > 3 && line[3] == '-' && lines.Count < 100);
        return line.StartsWith($"{expected}", StringComparison.Ordinal) ? lines
            : throw new SmtpRefusedException($"SMTP {line[..Math.Min(3, line.Length)]} at {step}{(step == "login" ? ": the server does not take EventBus:Alerts:Smtp:Username and Password" : "")}");
    }

    /// <summary>Byte by byte, so that nothing of what follows STARTTLS is read before it is encrypted.</summary>
    async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var (line, one) = (new List<byte>(), new byte[1]);
        while (line.Count < MaxAnswer)
        {
            if (await _stream.ReadAsync(one, cancellationToken) == 0)
            {
                throw new IOException("The mail server has ended the connection.");
            }

            if (one[0] == '\n')
            {
                return Encoding.ASCII.GetString([.. line]).TrimEnd('\r');
            }

            line.Add(one[0]);
        }

        throw new IOException("What answers is no mail server.");
    }
}

/// <summary>A mail server has refused.</summary>
/// <param name="message">At which step, without addresses.</param>
sealed class SmtpRefusedException(string message) : Exception(message);
