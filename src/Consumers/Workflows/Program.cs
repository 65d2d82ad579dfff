using EventBus.Consumers.Workflows;
using EventBus.ServiceDefaults;

return await HostRunner.RunAsync(() =>
{
    var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddServiceDefaults("workflows");
    builder.Services.AddWorkflows(builder.Configuration);
    return Task.FromResult(builder.Build());
});
