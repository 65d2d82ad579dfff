using System.Text;
using EventBus.Contracts;

namespace EventBus.Bench.Load;

/// <summary>One request, or one message, as bytes that are made once; each time it is sent only the ids are written anew. Whoever sends it waits for the answer first.</summary>
sealed class EventBody
{
    const int IdLength = 36;

    readonly byte[] _utf8;
    readonly int[] _ids;

    EventBody(byte[] utf8, int[] ids, string contentType)
    {
        _utf8 = utf8;
        _ids = ids;
        ContentType = contentType;
    }

    public ReadOnlyMemory<byte> Utf8 => _utf8;

    public int Count => _ids.Length;

    public string ContentType { get; }

    /// <summary>What its events are about; of a batch, its first.</summary>
    public string Subject { get; private init; } = "";

    public static EventBody Single()
    {
        var (utf8, id, subject) = Make();
        return new EventBody(utf8, [id], EventJson.MediaType) { Subject = subject };
    }

    public static EventBody Batch(int count)
    {
        using var utf8 = new MemoryStream();
        var ids = new int[count];
        for (var i = 0; i < count; i++)
        {
            utf8.Write(i == 0 ? "["u8 : ","u8);
            var (element, id, _) = Make();
            ids[i] = (int)utf8.Length + id;
            utf8.Write(element);
        }

        utf8.Write("]"u8);
        return new EventBody(utf8.ToArray(), ids, EventJson.BatchMediaType);
    }

    /// <summary>The same, with something before it in the same bytes.</summary>
    public EventBody Behind(string head)
    {
        byte[] before = Encoding.ASCII.GetBytes(head);
        return new EventBody([.. before, .. _utf8], [.. _ids.Select(i => i + before.Length)], ContentType) { Subject = Subject };
    }

    /// <summary>A copy with this id, where it is one event.</summary>
    public EventBody With(string id)
    {
        var copy = new EventBody([.. _utf8], _ids, ContentType) { Subject = Subject };
        Encoding.ASCII.GetBytes(id, copy._utf8.AsSpan(_ids[0], IdLength));
        return copy;
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

    static (byte[] Utf8, int Id, string Subject) Make()
    {
        var @event = SampleEvent.Create();
        var utf8 = EventJson.ToUtf8Bytes(@event);
        return (utf8, utf8.AsSpan().IndexOf(Encoding.UTF8.GetBytes(@event.Id)), @event.Subject!);
    }
}
