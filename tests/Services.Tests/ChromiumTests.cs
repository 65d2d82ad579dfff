using EventBus.TestServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace EventBus.Tests.Services;

public sealed class ChromiumTests
{
    [Fact]
    public async Task It_runs_the_scripts_of_a_page()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.MapGet("/", () => Results.Content("<p id=sum></p><script>document.getElementById('sum').textContent = 40 + 2</script>", "text/html"));
        await app.StartAsync(cancellation);

        var document = await Chromium.DumpDomAsync(new Uri(app.Urls.Single()), cancellation);

        Assert.Contains("<p id=\"sum\">42</p>", document, StringComparison.Ordinal);
    }
}
