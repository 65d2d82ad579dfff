using System.Buffers;
using System.Text.Json;

namespace EventBus.Contracts;

/// <summary>Writes JSON into a buffer that each thread keeps, for texts that are copied or hashed at once.</summary>
sealed class JsonScratch(JsonWriterOptions options) : IDisposable
{
    /// <summary>A buffer that has grown beyond this is not kept.</summary>
    const int MaxKept = 64 * 1024;

    readonly ThreadLocal<(ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer)?> _kept = new();

    /// <summary>Gives what is written to a function, which must not keep it.</summary>
    public TResult Write<TValue, TResult>(TValue value, Action<Utf8JsonWriter, TValue> write, Func<ReadOnlySpan<byte>, TResult> use)
    {
        var (buffer, writer) = _kept.Value ?? New();

        // Whoever writes within the writing has another.
        _kept.Value = null;
        write(writer, value);
        writer.Flush();
        var result = use(buffer.WrittenSpan);
        if (buffer.Capacity <= MaxKept)
        {
            buffer.ResetWrittenCount();
            writer.Reset();
            _kept.Value = (buffer, writer);
        }

        return result;
    }

    public void Dispose() => _kept.Dispose();

    (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer) New()
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        return (buffer, new Utf8JsonWriter(buffer, options));
    }
}
