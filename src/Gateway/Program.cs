using EventBus.Gateway;
using EventBus.ServiceDefaults;

return await HostRunner.RunAsync(() =>
{
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddServiceDefaults("gateway");
    builder.AddGateway();
    var app = builder.Build();
    app.MapGateway();
    return Task.FromResult<IHost>(app);
});
