using EventBus.Consumers.Archive;
using EventBus.ServiceDefaults;

return await HostRunner.RunAsync(() =>
{
    var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddServiceDefaults("archive");
    builder.Services.AddArchive(builder.Configuration);
    return Task.FromResult(builder.Build());
});
