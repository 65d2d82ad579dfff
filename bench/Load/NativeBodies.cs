using System.Text;
using System.Text.Json.Nodes;
using EventBus.Contracts;

namespace EventBus.Bench.Load;

/// <summary>What the three practice systems send: samples of the catalog, one of each system in turn.</summary>
static class NativeBodies
{
    const int OfEach = 8;

    /// <summary>Its id makes it the same operation each time, so that it is published once.</summary>
    const string Once = "treatments.records_entered";

    /// <param name="key">The sender's key, which Smart Flow Sheet has in the body.</param>
    public static IReadOnlyList<EventBody> Create(string key)
    {
        string[] senders = ["canvas", "careportals", "smartflowsheet"];
        var samples = senders.Select(sender => Catalog.Events.Where(e => e.Source == sender && e is { IsSent: true, IsFlag: false, Synchronous: false } && e.Name != Once).ToList()).ToList();
        return [.. Enumerable.Range(0, OfEach).SelectMany(n => samples.Select(s => Body(s[n * s.Count / OfEach], key)))];
    }

    static EventBody Body(EventDescription description, string key)
    {
        var json = JsonNode.Parse(description.Sample.GetRawText())!;
        if (json is JsonObject body && body.ContainsKey("clinicApiKey"))
        {
            body["clinicApiKey"] = key;
        }

        return EventBody.Native(description.Path, Encoding.UTF8.GetBytes(json.ToJsonString()));
    }
}
