using EventBus.Consumers.Treatments;
using EventBus.ServiceDefaults;

return await HostRunner.RunAsync(() =>
{
    var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddServiceDefaults("treatments");
    builder.Services.AddTreatments(builder.Configuration);
    return Task.FromResult(builder.Build());
});
