using System.Buffers;
using System.Text.Json;
using EventBus.Contracts;
using MassTransit;

namespace EventBus.Standalone;

/// <summary>Writes events that are unrouted or dead to a file each queue, one JSON object a line, readable by the owner only.</summary>
sealed class KeptEventFiles(string directory)
{
    public async Task AppendAsync(string queue, string? reason, CloudEvent @event, CancellationToken cancellationToken)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(line))
        {
            writer.WriteStartObject();
            writer.WriteString("reason", reason);
            writer.WritePropertyName("event");
            writer.WriteRawValue(EventJson.ToUtf8Bytes(@event).AsSpan(), skipInputValidation: true);
            writer.WriteEndObject();
        }

        line.Write("\n"u8);
        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var file = new FileStream(Path.Combine(directory, $"{queue}.jsonl"), options);
        await file.WriteAsync(line.WrittenMemory, cancellationToken);
    }
}

/// <summary>Brings what arrives at one such queue to its file.</summary>
sealed class KeptEventConsumer(string queue, KeptEventFiles files) : IConsumer<CloudEvent>
{
    public Task Consume(ConsumeContext<CloudEvent> context) =>
        files.AppendAsync(queue, context.Headers.Get<string>("eventbus-reason"), context.Message, context.CancellationToken);
}
