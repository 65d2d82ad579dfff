using EventBus.Consumers.Appointments;
using EventBus.ServiceDefaults;

return await HostRunner.RunAsync(() =>
{
    var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddServiceDefaults("appointments");
    builder.Services.AddAppointments(builder.Configuration);
    return Task.FromResult(builder.Build());
});
