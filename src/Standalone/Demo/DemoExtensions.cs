using EventBus.Operations.Access;

namespace EventBus.Standalone.Demo;

/// <summary>Adds a sender and a receiver, so that a newcomer sees the system move.</summary>
static class DemoExtensions
{
    public static async Task AddDemoAsync(this WebApplicationBuilder builder)
    {
        var secret = $"whsec_{Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(24))}";
        var receiver = await DemoReceiver.StartAsync(secret);
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal);
        AddEndpoint(builder.Configuration, settings, 0, "demo-receiver", receiver.Url, secret, "cloudevents", "#");
        AddEndpoint(builder.Configuration, settings, 1, "demo-scheduling", receiver.Url, secret, "appointment-notification", "canvas.appointment.#");

        // Without keys the gateway is open to this machine, and stays so.
        string? key = null;
        if (builder.Configuration.GetSection("EventBus:Keys").Exists())
        {
            key = ApiKey.Create();
            var at = $"EventBus:Keys:{Next(builder.Configuration, "EventBus:Keys")}";
            settings[$"{at}:Name"] = "demo";
            settings[$"{at}:Hash"] = ApiKey.Hash(key);
            settings[$"{at}:Sources:0"] = "*";
            settings[$"{at}:Tenant"] = "demo";
        }

        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddSingleton(receiver);
        builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<DemoSender>(services, new DemoKey(key)));
    }

    static void AddEndpoint(IConfiguration configuration, Dictionary<string, string?> settings, int offset, string name, Uri url, string secret, string format, string events)
    {
        var at = $"EventBus:Endpoints:{Next(configuration, "EventBus:Endpoints") + offset}";
        settings[$"{at}:Name"] = name;
        settings[$"{at}:Url"] = url.ToString();
        settings[$"{at}:Secret"] = secret;
        settings[$"{at}:Format"] = format;
        settings[$"{at}:Events:0"] = events;
    }

    static int Next(IConfiguration configuration, string list) =>
        configuration.GetSection(list).GetChildren().Select(c => int.TryParse(c.Key, out var n) ? n + 1 : 0).DefaultIfEmpty(0).Max();
}
