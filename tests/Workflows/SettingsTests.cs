using EventBus.Consumers.Workflows;
using EventBus.Delivery;
using EventBus.Storage;
using EventBus.Tests.Contracts;
using EventBus.Tests.Fixtures;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventBus.Tests.Workflows;

/// <summary>What is said at start of workflows and their endpoints.</summary>
public sealed class SettingsTests
{
    [Fact]
    public void Without_a_directory_there_are_no_workflows_and_nothing_is_asked_for()
    {
        Assert.Empty(WorkflowSet.Read(new WorkflowOptions(), new WebhookEndpoints(Configuration())).Patterns);
        using var empty = new TempDirectory();
        Assert.Empty(WorkflowSet.Read(new WorkflowOptions { Directory = empty.FullName }, new WebhookEndpoints(Configuration())).Patterns);
    }

    [Fact]
    public void The_queue_asks_for_what_starts_what_ends_waits_and_what_is_sent()
    {
        var set = WorkflowSet.Read(
            new WorkflowOptions { Directory = Repository.PathTo("deploy/workflows") },
            new WebhookEndpoints(Configuration(Endpoint(0, "pharmacy").Concat(Endpoint(1, "patient-messages")))));

        Assert.Equal(
            ["careportals.order.#", "careportals.order.awaiting_requirements", "careportals.order.created", "careportals.patient.signup", "careportals.prescription.fulfillment", "eventbus.webhook.workflow_message"],
            set.Patterns.Select(p => p.Text).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_missing_directory_a_faulty_file_and_a_missing_endpoint_stop_the_start_with_every_error_and_an_example()
    {
        Assert.Contains("EventBus__Workflows__Directory=/", Assert.Single(Failures("/nowhere/at/all")), StringComparison.Ordinal);

        using var files = new TempDirectory();
        File.WriteAllText(Path.Combine(files.FullName, "a.yaml"), "name: a\nwhen: {events: [a.b.c]}\nthen: [{send: {endpoint: mailer, body: 1}}]");
        File.WriteAllText(Path.Combine(files.FullName, "b.yaml"), "name: b\nwhen: {}\nthen: []");
        var failures = Failures(files.FullName, Endpoint(0, "other").Append(new("EventBus:Endpoints:1:Name", "mailer")).Append(new("EventBus:Endpoints:1:Url", "http://127.0.0.1:1")).Append(new("EventBus:Endpoints:1:Events:0", "#")));
        Assert.Equal(4, failures.Count);
        Assert.Contains(failures, f => f.Contains("b.yaml: when.events is missing; for example {events: [", StringComparison.Ordinal));
        Assert.Contains(failures, f => f.Contains("b.yaml: then is not a list", StringComparison.Ordinal));
        Assert.Contains(failures, f => f.Contains("a.yaml: then[0].send.endpoint is 'mailer'", StringComparison.Ordinal) && f.Contains("EventBus__Endpoints__0__Consumer=Workflows", StringComparison.Ordinal));
        Assert.StartsWith("A workflow that is valid: {", failures[^1], StringComparison.Ordinal);
        Assert.Contains(Failures(files.FullName, [new("EventBus:Workflows:Settle", "01:00:00")]), f => f.Contains("b.yaml", StringComparison.Ordinal));
    }

    [Fact]
    public void An_endpoint_of_workflows_is_sent_bodies_alone_and_names_no_events()
    {
        var endpoint = Assert.Single(new WebhookEndpoints(Configuration(Endpoint(0, "mailer"))).Of(DeliveringConsumers.Workflows));
        Assert.Equal(("NativeFormat", "eventbus.webhook.workflow_message"), (endpoint.Format.GetType().Name, Assert.Single(endpoint.Patterns).Text));

        var wrong = Assert.Throws<OptionsValidationException>(() => new WebhookEndpoints(Configuration(
            Endpoint(0, "mailer").Concat([new("EventBus:Endpoints:0:Events:0", "#"), new("EventBus:Endpoints:0:Format", "appointment-notification")]))));
        Assert.Contains(wrong.Failures, f => f.StartsWith("EventBus:Endpoints:0:Events is set", StringComparison.Ordinal));
        Assert.Contains(wrong.Failures, f => f.StartsWith("EventBus:Endpoints:0:Format is not one for", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_service_ends_with_78_and_names_file_and_path()
    {
        using var files = new TempDirectory();
        await File.WriteAllTextAsync(Path.Combine(files.FullName, "w.yaml"), "name: w", TestContext.Current.CancellationToken);
        await using var host = HostProcess.Start("EventBus.Consumers.Workflows", [], [("EventBus__Workflows__Directory", files.FullName), ("EventBus__Transport", "memory")]);

        Assert.Equal(78, await host.ExitCodeAsync());
        Assert.Contains("w.yaml: then is missing", host.Output, StringComparison.Ordinal);
        Assert.Contains("w.yaml: when is missing", host.Output, StringComparison.Ordinal);
    }

    static IReadOnlyList<string> Failures(string directory, IEnumerable<KeyValuePair<string, string?>>? settings = null)
    {
        var configuration = Configuration([new("EventBus:Workflows:Directory", directory), .. settings ?? []]);
        return [.. Assert.Throws<OptionsValidationException>(() => new ServiceCollection().AddLogging().AddEventStorage(configuration).AddWorkflows(configuration)).Failures];
    }

    static IEnumerable<KeyValuePair<string, string?>> Endpoint(int index, string name) =>
    [
        new($"EventBus:Endpoints:{index}:Name", name), new($"EventBus:Endpoints:{index}:Url", "http://127.0.0.1:1/"), new($"EventBus:Endpoints:{index}:Consumer", "Workflows"),
    ];

    static IConfiguration Configuration(IEnumerable<KeyValuePair<string, string?>>? settings = null) => new ConfigurationBuilder().AddInMemoryCollection(settings ?? []).Build();
}
