using System.CommandLine;
using EventBus.Cli;

var root = new RootCommand("Works with an EventBus from the command line.") 
{
    EventsCommand.Create(), DeadCommand.Create(), ConsumersCommand.Create(), EndpointsCommand.Create(), ReplaysCommand.Create(), LedgerCommand.Create(), AlertsCommand.Create(), HostsCommand.Create(), KeysCommand.Create(), WorkflowsCommand.Create(), UsersCommand.Create(), AuditCommand.Create(), FlowCommand.Create(), RecordsCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
