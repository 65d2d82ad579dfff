namespace EventBus.Bench.Servers;

/// <summary>What the twin keeps of an event that it has accepted: the same row as the gateway's idempotency.</summary>
/// <param name="Key">Hash of source and id.</param>
/// <param name="Body">Hash of the event.</param>
/// <param name="Answer">What is answered for it.</param>
sealed record TwinRecord(string Key, string Body, byte[] Answer);
