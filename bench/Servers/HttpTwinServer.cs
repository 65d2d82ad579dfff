namespace EventBus.Bench.Servers;

/// <summary>The gateway's twin: Kestrel, one handler, the bare clients of broker and database.</summary>
static class HttpTwinServer
{
    public static async Task RunAsync()
    {
        await using var publisher = await RawPublisher.ConnectAsync(BrokerAddress.FromEnvironment());
        await using var database = TwinDatabase.Connect();
        var records = new TwinRecords(database);
        await TwinHttp.ServeAsync(new HttpTwinHandler(publisher, records).HandleAsync);
    }
}
