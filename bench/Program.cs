using System.CommandLine;
using EventBus.Bench;
using EventBus.Bench.Pages;

var root = new RootCommand("Measures EventBus beside a twin that does the same work on the bare RabbitMQ client.") { IngestCommand.Create(), ServeCommand.Create(), PagesCommand.Create() };
return await root.Parse(args).InvokeAsync();
