using System.CommandLine;
using EventBus.Cli;

var root = new RootCommand("Works with an EventBus from the command line.") { KeysCommand.Create() };
return await root.Parse(args).InvokeAsync();
