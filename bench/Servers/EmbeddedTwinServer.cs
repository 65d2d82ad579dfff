namespace EventBus.Bench.Servers;

/// <summary>The twin of Standalone: the same endpoint as the gateway's twin, with SQLite behind it in place of broker and database.</summary>
static class EmbeddedTwinServer
{
    public static async Task RunAsync()
    {
        var store = SqliteTwinStore.Open(EmbeddedFile.FromEnvironment());
        await TwinHttp.ServeAsync(new HttpTwinHandler(store.TakeAsync).HandleAsync);
    }
}
