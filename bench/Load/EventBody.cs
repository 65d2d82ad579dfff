using EventBus.Contracts;

namespace EventBus.Bench.Load;

/// <summary>One event, or a batch, as bytes that are made once; each time it is sent only the ids are written anew. Whoever sends it waits for the answer first.</summary>
sealed class EventBody
{
    const int IdLength = 36;

    readonly byte[] _utf8;
    readonly int[] _ids;

    EventBody(byte[] utf8, int[] ids)
    {
        _utf8 = utf8;
        _ids = ids;
    }

    public ReadOnlyMemory<byte> Utf8 => _utf8;

    public int Count => _ids.Length;

    public static EventBody Single()
    {
        var (utf8, id) = Make();
        return new EventBody(utf8, [id]);
    }

    public static EventBody Batch(int count)
    {
        using var utf8 = new MemoryStream();
        var ids = new int[count];
        for (var i = 0; i < count; i++)
        {
            utf8.Write(i == 0 ? "["u8 : ","u8);
            var (element, id) = Make();
            ids[i] = (int)utf8.Length + id;
            utf8.Write(element);
        }

        utf8.Write("]"u8);
        return new EventBody(utf8.ToArray(), ids);
    }

    /// <summary>Gives every event a fresh id; returns the last.</summary>
    public string Renew()
    {
        Guid id = default;
        foreach (var offset in _ids)
        {
            id = Guid.CreateVersion7();
            id.TryFormat(_utf8.AsSpan(offset, IdLength), out _);
        }

        return id.ToString();
    }

    static (byte[] Utf8, int Id) Make()
    {
        var @event = SampleEvent.Create();
        var utf8 = EventJson.ToUtf8Bytes(@event);
        return (utf8, utf8.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(@event.Id)));
    }
}
