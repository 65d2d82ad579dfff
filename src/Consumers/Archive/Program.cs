using EventBus.Consumers.Archive;
using EventBus.Operations;
using EventBus.ServiceDefaults;

return await HostRunner.RunAsync(() =>
{
    var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddServiceDefaults("archive");
    builder.Services.AddArchive(builder.Configuration);
    builder.Services.AddReconciler(builder.Configuration);
    return Task.FromResult(builder.Build());
});
