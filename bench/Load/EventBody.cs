using System.Text;
using EventBus.Contracts;

namespace EventBus.Bench.Load;

/// <summary>One request, or one message, as bytes that are made once; each time it is sent only the ids are written anew. Whoever sends it waits for the answer first.</summary>
sealed class EventBody
{
    const int IdLength = 36;

    readonly byte[] _utf8;
    readonly int[] _ids;

    EventBody(byte[] utf8, int[] ids, string contentType, int count)
    {
        _utf8 = utf8;
        _ids = ids;
        ContentType = contentType;
        Count = count;
    }

    public ReadOnlyMemory<byte> Utf8 => _utf8;

    /// <summary>How many events it holds.</summary>
    public int Count { get; }

    /// <summary>The route that takes it.</summary>
    public string Path { get; private init; } = "/v1/events";

    public string ContentType { get; }

    /// <summary>What its events are about; of a batch, its first.</summary>
    public string Subject { get; private init; } = "";

    public static EventBody Single(string type = SampleEvent.Type, int padding = 0)
    {
        var (utf8, id, subject) = Make(type, padding);
        return new EventBody(utf8, [id], EventJson.MediaType, 1) { Subject = subject };
    }

    public static EventBody Batch(int count)
    {
        using var utf8 = new MemoryStream();
        var ids = new int[count];
        for (var i = 0; i < count; i++)
        {
            utf8.Write(i == 0 ? "["u8 : ","u8);
            var (element, id, _) = Make(SampleEvent.Type, 0);
            ids[i] = (int)utf8.Length + id;
            utf8.Write(element);
        }

        utf8.Write("]"u8);
        return new EventBody(utf8.ToArray(), ids, EventJson.BatchMediaType, count);
    }

    /// <summary>What a practice system sends: one event, which has no id.</summary>
    public static EventBody Native(string path, byte[] utf8) => new(utf8, [], "application/json", 1) { Path = path };

    /// <summary>The same, with something before it in the same bytes.</summary>
    public EventBody Behind(string head)
    {
        byte[] before = Encoding.ASCII.GetBytes(head);
        return new EventBody([.. before, .. _utf8], [.. _ids.Select(i => i + before.Length)], ContentType, Count) { Subject = Subject, Path = Path };
    }

    /// <summary>A copy with this id, where it is one event.</summary>
    public EventBody With(string id)
    {
        var copy = new EventBody([.. _utf8], _ids, ContentType, Count) { Subject = Subject };
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

    static (byte[] Utf8, int Id, string Subject) Make(string type, int padding)
    {
        var @event = SampleEvent.Create(padding) with { Type = type };
        var utf8 = EventJson.ToUtf8Bytes(@event);
        return (utf8, utf8.AsSpan().IndexOf(Encoding.UTF8.GetBytes(@event.Id)), @event.Subject!);
    }
}
