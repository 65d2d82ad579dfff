using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EventBus.Operations.Alerts;
using EventBus.Storage;
using EventBus.Tests.Fixtures;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace EventBus.Tests.Operations.Alerts;

/// <summary>Mail by STARTTLS and login, to a server whose certificate the process of the test trusts, and this one does not.</summary>
public sealed class MailLoginTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("PLAIN")]
    [InlineData("LOGIN")]
    [InlineData("CRAM-MD5 LOGIN PLAIN")]
    public async Task A_host_tells_by_mail_over_starttls_with_a_login(string ways)
    {
        using var folder = new TempDirectory();
        using var certificate = Certificate(folder);
        await using var server = new MailServer(certificate, ways);
        await using var host = Start(folder, server.Port, MailServer.Password);
        await host.UrlAsync();
        await FailAsync(host);
        await Eventually.TrueAsync(() => !server.Mails.IsEmpty, "the mail is there");
        var mail = server.Mails.First();
        Assert.Equal(["night@example.org"], mail.To);
        Assert.Contains("Nothing is heard of the host gone.", mail.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_told_without_it()
    {
        using var folder = new TempDirectory();
        using var certificate = Certificate(folder);
        await using var server = new MailServer(certificate, "LOGIN");
        await using var host = Start(folder, server.Port, "the-wrong-secret");
        await host.UrlAsync();
        await FailAsync(host);
        const string error = "SMTP 535 at login: the server does not take EventBus:Alerts:Smtp:Username and Password";
        await host.UntilAsync(line => line.Contains(error, StringComparison.Ordinal));
        await using var database = await OpenAsync(host);
        await Eventually.TrueAsync(async () => (await new AlertDesk(database, TimeProvider.System).OpenAsync(Token)).Any(a => a.Untold == $"mail: {error}"), "it stands at the alert");
        Assert.DoesNotContain("the-wrong-secret", host.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String("the-wrong-secret"u8), host.Output, StringComparison.Ordinal);
        Assert.Empty(server.Mails);
    }

    [Theory]
    [InlineData(true, "TLS failed: the mail server's certificate is not trusted here, or is not for EventBus:Alerts:Smtp:Host")]
    [InlineData(false, "SMTP without STARTTLS: the server does not offer it; for a server that is trusted as it is, EventBus__Alerts__Smtp__Tls=false")]
    public async Task No_password_goes_to_a_server_that_is_not_trusted(bool offers, string error)
    {
        using var folder = new TempDirectory();
        using var certificate = Certificate(folder);
        await using var server = new MailServer(offers ? certificate : null, "PLAIN");
        var channel = new MailChannel(
            Options.Create(new AlertOptions
            {
                Smtp = new AlertSmtpOptions { Host = "localhost", Port = server.Port, Username = MailServer.Username, Password = MailServer.Password, From = "eventbus@example.org", To = { "night@example.org" } },
            }),
            TimeProvider.System);
        Assert.Equal(error, await channel.TellAsync(new AlertNotification(1, "raised", DateTimeOffset.UnixEpoch, new Alert { Kind = "host", Text = "It is." }), Token));
        Assert.Empty(server.Mails);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told()
    {
        var channel = new MailChannel(
            Options.Create(new AlertOptions { Smtp = new AlertSmtpOptions { Host = "127.0.0.1", Port = 1, From = "eventbus@example.org", To = { "night@example.org" } } }), TimeProvider.System);
        Assert.Equal(
            "no connection to the mail server (ConnectionRefused)", await channel.TellAsync(new AlertNotification(1, "raised", DateTimeOffset.UnixEpoch, new Alert { Kind = "host", Text = "It is." }), Token));
    }

    [Fact]
    public void A_mail_keeps_every_character_and_every_line_short()
    {
        var body = $"Präzise = 100 % … {new string('x', 200)} \n.dot\n\nend ";
        var mail = MailText.Write([("Subject", $"Störung\r\nBcc: x@example.org {new string('ü', 100)}")], DateTimeOffset.UnixEpoch, body);
        Assert.All(mail.Split("\r\n"), line => Assert.True(line.Length <= 76 && System.Text.Ascii.IsValid(line), line));
        Assert.DoesNotContain("\r\nBcc", mail, StringComparison.Ordinal);
        Assert.Contains("Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n", mail, StringComparison.Ordinal);
        Assert.Equal(body, new MailServer.Mail([], mail.ReplaceLineEndings("\n")).Body);
    }

    /// <summary>A host that nobody has heard of: a cause that needs nothing else.</summary>
    static async Task FailAsync(HostProcess host)
    {
        await using var database = await OpenAsync(host);
        await database.TransactAsync(async transaction => await Dapper.SqlMapper.ExecuteAsync(
            transaction.Connection!, "INSERT INTO hosts (name, service, started_at, seen_at, broker) VALUES ('gone', 'Gateway', 0, 0, 0)", transaction: transaction));
    }

    static async Task<Database> OpenAsync(HostProcess host)
    {
        var database = StorageExtensions.Create(new ConfigurationBuilder().AddInMemoryCollection([new("EventBus:DataDirectory", Path.Combine(host.Directory.FullName, "data"))]).Build(), owned: false);
        await database.OpenAsync(Token);
        return database;
    }

    static HostProcess Start(TempDirectory folder, int port, string password) => HostProcess.Start("EventBus.Standalone", ["--urls", "http://127.0.0.1:0"],
    [
        ("SSL_CERT_FILE", Path.Combine(folder.FullName, "trusted.pem")), ("EventBus__Alerts__Smtp__Host", "localhost"), ("EventBus__Alerts__Smtp__Port", $"{port}"),
        ("EventBus__Alerts__Smtp__Username", MailServer.Username), ("EventBus__Alerts__Smtp__Password", password),
        ("EventBus__Alerts__Smtp__From", "eventbus@example.org"), ("EventBus__Alerts__Smtp__To__0", "night@example.org"),
    ]);

    static X509Certificate2 Certificate(TempDirectory folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Path.Combine(folder.FullName, "trusted.pem"), certificate.ExportCertificatePem());
        return certificate;
    }
}
