using System.Text.Json;
using BenchmarkDotNet.Attributes;
using EventBus.Bench.Load;
using EventBus.Contracts;

namespace EventBus.Bench.Micro;

/// <summary>What is done once or more for every event, by itself.</summary>
[MemoryDiagnoser(displayGenColumns: false)]
public class ContractBenchmarks
{
    const int Patterns = 100;

    static readonly AppointmentEvent Event = SampleEvent.Create();
    static readonly byte[] Utf8 = EventJson.ToUtf8Bytes(Event);
    static readonly JsonElement Json = JsonElement.Parse(Utf8);
    static readonly WebhookSigner Signer = WebhookSigner.TryCreate(WebhookSigner.CreateSecret())!;
    static readonly TypePattern[] Asked = [.. Catalog.Types.Take(Patterns).SelectMany(TypePattern.Read)];

    /// <summary>A message's bytes to an event of its family.</summary>
    [Benchmark]
    public CloudEvent Parse() => EventJson.Parse(Utf8);

    /// <summary>JSON that is parsed already to an event, every attribute checked.</summary>
    [Benchmark]
    public CloudEvent? Check() => EventReader.Read(Json).Event;

    /// <summary>A sender's name to its type and family.</summary>
    [Benchmark]
    public Family Classify() => Family.Of(Catalog.Place("canvas", "APPOINTMENT_CREATED"));

    /// <summary>The same for a name that the catalog does not know.</summary>
    [Benchmark]
    public Family ClassifyUnknown() => Family.Of(Catalog.Place("canvas", "APPOINTMENT_TELEPORTED"));

    /// <summary>An event to a message's bytes.</summary>
    [Benchmark]
    public byte[] Serialise() => EventJson.ToUtf8Bytes(Event);

    /// <summary>A delivery's signature.</summary>
    [Benchmark]
    public string Sign() => Signer.Sign("msg_0f1e2d3c4b5a69788796a5b4c3d2e1f0", 1_790_000_000, Utf8);

    /// <summary>One type to a hundred patterns.</summary>
    [Benchmark]
    public int Match()
    {
        var matching = 0;
        foreach (var pattern in Asked)
        {
            matching += pattern.Matches(Event.Type) ? 1 : 0;
        }

        return matching;
    }
}
