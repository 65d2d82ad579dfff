using EventBus.Consumers.CommandLifecycle;
using EventBus.ServiceDefaults;

return await HostRunner.RunAsync(() =>
{
    var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddServiceDefaults("command-lifecycle");
    builder.Services.AddCommandLifecycle(builder.Configuration);
    return Task.FromResult(builder.Build());
});
