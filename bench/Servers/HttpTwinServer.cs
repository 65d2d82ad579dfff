namespace EventBus.Bench.Servers;

/// <summary>The gateway's twin: Kestrel, one handler, the bare clients of broker and database.</summary>
static class HttpTwinServer
{
    public static async Task RunAsync()
    {
        await using var publisher = await RawPublisher.ConnectAsync(BrokerAddress.FromEnvironment());
        await using var database = TwinDatabase.Connect();
        var records = new PostgresTwinRecords(database);
        await TwinHttp.ServeAsync(new HttpTwinHandler(TakeAsync).HandleAsync);

        async Task TakeAsync(IReadOnlyList<TwinEvent> events)
        {
            List<TwinRecord> claims = [.. events.Select(e => e.Record).OfType<TwinRecord>()];
            if (claims.Count > 0)
            {
                await records.ClaimAsync(claims);
            }

            await Task.WhenAll(events.Select(e => publisher.PublishAsync(e.Exchange, e.Type, e.Id, e.Subject, e.Body)));
            if (claims.Count > 0)
            {
                Background.Watch(records.ConfirmAsync(claims));
            }
        }
    }
}
