namespace EventBus.Bench.Servers;

/// <summary>The gateway's twin: Kestrel, one handler, the bare clients of broker and database.</summary>
static class HttpTwinServer
{
    public static async Task RunAsync()
    {
        await using var publisher = await RawPublisher.ConnectAsync(BrokerAddress.FromEnvironment());
        await using var database = TwinDatabase.Connect();
        var handler = new HttpTwinHandler(e => publisher.PublishAsync(e.Exchange, e.Type, e.Id, e.Subject, e.Body), new PostgresTwinRecords(database));
        await TwinHttp.ServeAsync(handler.HandleAsync);
    }
}
