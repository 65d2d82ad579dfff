using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace EventBus.Tests.Fixtures;

/// <summary>Takes what hosts export by OTLP (http/protobuf), as a collector does.</summary>
sealed class OtlpReceiver : IAsyncDisposable
{
    readonly Receiver _receiver;
    readonly ConcurrentQueue<byte[]> _bodies = new();

    OtlpReceiver(Receiver receiver) => _receiver = receiver;

    public ConcurrentQueue<ExportedSpan> Spans { get; } = new();

    public ConcurrentQueue<ExportedPoint> Points { get; } = new();

    public ConcurrentQueue<ExportedLine> Lines { get; } = new();

    /// <summary>The standard variables that lead here.</summary>
    public IEnumerable<(string Name, string Value)> Variables =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", _receiver.Url.GetLeftPart(UriPartial.Authority)), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "500"), ("OTEL_BSP_SCHEDULE_DELAY", "200"), ("OTEL_BLRP_SCHEDULE_DELAY", "200"),
    ];

    public static async Task<OtlpReceiver> StartAsync()
    {
        var receiver = new OtlpReceiver(await Receiver.StartAsync());
        receiver._receiver.Answer = (delivery, context) =>
        {
            receiver.Take(delivery);
            context.Response.ContentType = "application/x-protobuf";
            return Task.CompletedTask;
        };
        return receiver;
    }

    /// <summary>Whether anything that was exported holds a text.</summary>
    public bool Holds(string text) => _bodies.Any(b => b.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    void Take(Delivery delivery)
    {
        _bodies.Enqueue(delivery.Body);
        foreach (var resource in new ProtobufMessage(delivery.Body).Messages(1))
        {
            var service = Attributes(resource.Messages(1).Single(), 1).GetValueOrDefault("service.name", "");
            foreach (var scope in resource.Messages(2))
            {
                var name = scope.Messages(1).SingleOrDefault()?.Text(1) ?? "";
                foreach (var item in scope.Messages(2))
                {
                    Take(delivery.Path!, service, name, item);
                }
            }
        }
    }

    void Take(string path, string service, string scope, ProtobufMessage item)
    {
        switch (path)
        {
            case "/v1/traces":
                Spans.Enqueue(new ExportedSpan(service, item.Text(5), (int)item.Number(6), item.Hex(1), item.Hex(2), item.Hex(4), Attributes(item, 9)));
                break;
            case "/v1/logs":
                Lines.Enqueue(new ExportedLine(service, item.Messages(5).SingleOrDefault()?.Text(1) ?? "", Attributes(item, 6)));
                break;
            case "/v1/metrics":
                foreach (var kind in (int[])[5, 7, 9])
                {
                    foreach (var point in item.Messages(kind).SelectMany(data => data.Messages(1)))
                    {
                        Points.Enqueue(new ExportedPoint(scope, item.Text(1), item.Text(3), kind, Attributes(point, kind == 9 ? 9 : 7)));
                    }
                }

                break;
        }
    }

    static Dictionary<string, string> Attributes(ProtobufMessage message, int field) =>
        message.Messages(field).ToDictionary(a => a.Text(1), a => Value(a.Messages(2).Single()), StringComparer.Ordinal);

    static string Value(ProtobufMessage value) => value.Has(1) ? value.Text(1) : value.Number(value.Has(2) ? 2 : 3).ToString(CultureInfo.InvariantCulture);
}

/// <summary>A span; ids in hexadecimal, the parent's is empty where it has none. The kinds: 2 server, 3 client, 4 producer, 5 consumer.</summary>
sealed record ExportedSpan(string Service, string Name, int Kind, string Trace, string Id, string Parent, IReadOnlyDictionary<string, string> Attributes);

/// <summary>A point of a metric. The kinds: 5 gauge, 7 counter, 9 histogram.</summary>
sealed record ExportedPoint(string Scope, string Metric, string Unit, int Kind, IReadOnlyDictionary<string, string> Labels);

/// <summary>A line of the log: its template, and what it is filled with.</summary>
sealed record ExportedLine(string Service, string Template, IReadOnlyDictionary<string, string> Attributes);
