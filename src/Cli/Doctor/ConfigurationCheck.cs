using EventBus.Consumers.Workflows;
using EventBus.Delivery;
using EventBus.Gateway;
using EventBus.Publisher;
using EventBus.ServiceDefaults;
using EventBus.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventBus.Cli.Doctor;

/// <summary>Whether gateway, consumers and delivery would start with the settings here: it asks the same checks, and starts nothing.</summary>
static class ConfigurationCheck
{
    const string Part = "settings";

    public static void Run(IConfiguration configuration, Findings findings)
    {
        var services = new ServiceCollection();
        var failures = new List<string>();
        void Try(Action check)
        {
            try
            {
                check();
            }
            catch (Exception e) when (HostRunner.Failures(e) is { Count: > 0 } found)
            {
                failures.AddRange(found);
            }
        }

        services.AddLogging();

        // One that is not opened, so that nothing below makes one and opens it.
        Try(() => services.AddSingleton(StorageExtensions.Create(configuration, owned: false)));
        Try(() => services.AddRetentionOptions(configuration));
        Try(() => services.AddEventPublisher(configuration));
        Try(() => services.AddGatewayOptions(configuration));
        Try(() => services.AddEventDelivery(configuration));
        Try(() => services.AddWorkflows(configuration));
        using var provider = services.BuildServiceProvider();
        Try(provider.GetRequiredService<IStartupValidator>().Validate);
        foreach (var failure in failures.Distinct(StringComparer.Ordinal))
        {
            findings.Wrong(Part, failure, "Correct the setting; docs/deploy.md has all of them.");
        }

        if (failures.Count == 0)
        {
            findings.Well(Part, $"{configuration.GetSection("EventBus").AsEnumerable().Count(s => s.Value is not null)} are given, and none is wrong");
        }
    }
}
