using EventBus.Contracts;
using EventBus.Operations.Alerts;
using EventBus.Storage;
using EventBus.Tests.Fixtures;

namespace EventBus.Tests.ServiceDefaults;

/// <summary>What processes export by OTLP: one trace from the sender to the receiver, the metrics that are documented, and nothing of what events hold.</summary>
public sealed class TelemetryTests(TelemetryBed bed) : IClassFixture<TelemetryBed>
{
    static readonly string[] Consumers = ["appointments", "command-lifecycle", "treatments", "webhooks", "workflows"];
    static readonly string[] Families = [.. Family.All.Select(f => f.Word)];

    /// <summary>Every label there is, and the values that it can have.</summary>
    static readonly Dictionary<string, IReadOnlyCollection<string>> Labels = new(StringComparer.Ordinal)
    {
        ["eventbus.source"] = ["canvas", "careportals", "smartflowsheet", "other"],
        ["eventbus.family"] = [.. Families, "none"],
        ["eventbus.consumer"] = Consumers,
        ["eventbus.endpoint"] = ["", "good", "failing", "emr"],
        ["eventbus.outcome"] = [.. Enum.GetNames<DeliveryState>().Select(s => s.ToLowerInvariant())],
        ["eventbus.result"] = ["taken", "failed"],
        ["eventbus.answer"] = ["applied", "refused", "timeout", "unknown"],
        ["messaging.system"] = ["rabbitmq", "eventbus"],
        ["messaging.operation.name"] = ["send", "receive", "process"],
        ["messaging.destination.name"] = [.. Families.Select(f => $"eventbus.{f}"), .. Consumers, .. Consumers.Select(c => $"{c}.dead"), "archive", "eventbus.unrouted", "eventbus.answers"],
        ["messaging.consumer.group.name"] = Consumers,
        ["eventbus.alert"] = [.. AlertKind.All.Select(k => k.Name)],
        ["eventbus.severity"] = ["warning", "critical"],
        ["error.type"] = ["timeout", "failed", "rejected"],
    };

    IEnumerable<ExportedPoint> Ours => bed.Otlp.Points.Where(p => p.Scope.StartsWith("EventBus.", StringComparison.Ordinal));

    [Fact]
    public async Task One_trace_leads_from_the_sender_through_gateway_broker_consumer_and_attempt_to_the_receiver()
    {
        var delivery = (await bed.Good.UntilAsync(1)).First(d => d.Headers["traceparent"].Contains(TelemetryBed.Trace, StringComparison.Ordinal));
        ExportedSpan[] Spans(string service, string name) => [.. bed.Otlp.Spans.Where(s => s.Trace == TelemetryBed.Trace && s.Service == service && s.Name == name)];
        var attempt = delivery.Headers["traceparent"].Split('-')[2];
        await Eventually.TrueAsync(
            () => Spans("standalone", "POST good").Length == 1 && Spans("standalone", "receive webhooks").Length == 1 && Spans("gateway", "send eventbus.appointment").Length == 1
                && bed.Otlp.Spans.Any(s => s.Trace == TelemetryBed.Trace && s is { Service: "gateway", Kind: 2 }),
            "the spans are exported");

        var request = Assert.Single(bed.Otlp.Spans, s => s.Trace == TelemetryBed.Trace && s is { Service: "gateway", Kind: 2 });
        var (send, receive, post) = (Assert.Single(Spans("gateway", "send eventbus.appointment")), Assert.Single(Spans("standalone", "receive webhooks")), Assert.Single(Spans("standalone", "POST good")));
        var process = Assert.Single(Spans("standalone", "process webhooks"), s => s.Id == post.Parent);
        Assert.Equal((TelemetryBed.Sender, request.Id, send.Id), (request.Parent, send.Parent, receive.Parent));
        Assert.Equal((request.Id, attempt), (process.Parent, post.Id));
        Assert.Equal((4, 5, 5, 3), (send.Kind, receive.Kind, process.Kind, post.Kind));
    }

    [Fact]
    public async Task What_is_exported_is_what_is_documented()
    {
        // It takes some seconds until all is counted.
        await Eventually.TrueAsync(() => MetricTable.Rows.All(r => Ours.Any(p => p.Metric == r.Name)), "every metric is exported");
        var exported = Ours.GroupBy(p => (p.Metric, p.Kind, p.Unit)).Select(g => new DocumentedMetric(
            g.Key.Metric, g.Key.Kind switch { 5 => "gauge", 7 => "counter", _ => "histogram" }, g.Key.Unit, string.Join(", ", g.SelectMany(p => p.Labels.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))));

        Assert.Equal(MetricTable.Rows.OrderBy(r => r.Name, StringComparer.Ordinal), exported.OrderBy(r => r.Name, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Labels_have_few_values_all_known_before()
    {
        await Eventually.TrueAsync(() => Ours.Any(p => p.Labels.GetValueOrDefault("eventbus.outcome") == "dead"), "an event is dead");

        Assert.All(Ours.SelectMany(p => p.Labels), label => Assert.Contains(label.Value, Labels[label.Key]));
    }

    [Fact]
    public async Task Nothing_of_what_an_event_holds_is_exported_and_no_address()
    {
        await bed.Good.UntilAsync(1);
        await Eventually.TrueAsync(
            () => bed.Otlp.Spans.Any(s => s.Name == "POST failing") && bed.Otlp.Lines.Any(l => l.Template.Contains("is dead at consumer", StringComparison.Ordinal)), "the failure is exported");

        Assert.False(bed.Otlp.Holds(TelemetryBed.Private));
        Assert.DoesNotContain(TelemetryBed.Private, bed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_about_an_event_hold_its_id_and_its_trace_and_nothing_else_of_it()
    {
        string[] allowed = ["EventId", "TraceId", "Consumer", "Endpoint", "Reason", "Frame", "Result"];
        await Eventually.TrueAsync(() => bed.Otlp.Lines.Any(l => l.Template.Contains("is dead at consumer", StringComparison.Ordinal) && l.Attributes.GetValueOrDefault("TraceId") == TelemetryBed.Trace), "the line is exported");

        var lines = bed.Otlp.Lines.Where(l => l.Attributes.ContainsKey("EventId")).ToList();
        Assert.Contains(lines, l => l.Template.StartsWith("Accepted event", StringComparison.Ordinal));
        Assert.All(lines.SelectMany(l => l.Attributes.Keys).Distinct(StringComparer.Ordinal), name => Assert.Contains(name, allowed));
        Assert.Contains("\"TraceId\":\"" + TelemetryBed.Trace, bed.Output, StringComparison.Ordinal);
    }
}
