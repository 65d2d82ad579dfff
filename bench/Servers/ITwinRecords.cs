namespace EventBus.Bench.Servers;

/// <summary>What the twin keeps of what it has accepted: the same rows as the gateway's idempotency, in the same batches.</summary>
interface ITwinRecords
{
    /// <summary>Notes what is about to be published.</summary>
    Task ClaimAsync(IReadOnlyList<TwinRecord> records);

    /// <summary>Notes that it is. The answer does not wait for that.</summary>
    Task ConfirmAsync(IReadOnlyList<TwinRecord> records);
}

/// <summary>One event of a request.</summary>
/// <param name="Key">Hash of source and id.</param>
/// <param name="Body">Hash of the event.</param>
/// <param name="Answer">What is answered for it.</param>
sealed record TwinRecord(string Key, string Body, byte[] Answer);
