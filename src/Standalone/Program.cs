using EventBus.Consumers.Appointments;
using EventBus.Consumers.Archive;
using EventBus.Consumers.CommandLifecycle;
using EventBus.Consumers.Treatments;
using EventBus.Consumers.Webhooks;
using EventBus.Consumers.Workflows;
using EventBus.Gateway;
using EventBus.Operations;
using EventBus.OperatorConsole;
using EventBus.ServiceDefaults;
using EventBus.Standalone;
using EventBus.Standalone.Demo;

return await HostRunner.RunAsync(async () =>
{
    var (demo, settings) = Arguments.Read(args);
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions
    {
        Args = settings,
        ContentRootPath = AppContext.BaseDirectory,
    });
    builder.AddStandaloneDefaults();
    if (demo)
    {
        await builder.AddDemoAsync();
    }

    builder.AddServiceDefaults("standalone");
    builder.AddGateway();
    builder.Services.AddAppointments(builder.Configuration);
    builder.Services.AddCommandLifecycle(builder.Configuration);
    builder.Services.AddTreatments(builder.Configuration);
    builder.Services.AddWebhooks(builder.Configuration);
    builder.Services.AddWorkflows(builder.Configuration);
    builder.Services.AddArchive(builder.Configuration);
    builder.Services.AddReconciler(builder.Configuration);
    builder.Services.AddSingleton<IEndpointTester, EndpointTester>();
    builder.Services.AddConsole(builder.Configuration);
    builder.Services.AddHostedService<Welcome>();
    var app = builder.Build();
    app.MapGateway();
    return app;
});
