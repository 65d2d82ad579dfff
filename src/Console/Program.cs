using EventBus.OperatorConsole;
using EventBus.ServiceDefaults;

return await HostRunner.RunAsync(() =>
{
    var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddServiceDefaults("console");
    builder.Services.AddConsole(builder.Configuration);
    builder.Services.AddHostedService<FirstLink>();
    return Task.FromResult(builder.Build());
});
