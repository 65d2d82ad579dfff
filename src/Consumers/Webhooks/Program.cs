using EventBus.Consumers.Webhooks;
using EventBus.ServiceDefaults;

return await HostRunner.RunAsync(() =>
{
    var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddServiceDefaults("webhooks");
    builder.Services.AddWebhooks(builder.Configuration);
    return Task.FromResult(builder.Build());
});
