using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace EventBus.Bench.Servers;

/// <summary>Kestrel with one handler and nothing else, for the twins and what helps.</summary>
static class TwinHttp
{
    /// <summary>Serves until the bench lets go of the process.</summary>
    public static async Task ServeAsync(RequestDelegate handle, Func<string, Task<object>>? answer = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.Run(handle);
        await app.StartAsync();
        await ParentPipe.ServeAsync(app.Urls.First(), answer);
        await app.StopAsync();
    }
}
