using System.CommandLine;
using EventBus.Cli;

var root = new RootCommand("Works with an EventBus from the command line.") 
{
    EventsCommand.Create(), CatalogCommand.Create(), DeadCommand.Create(), ReplaysCommand.Create(), LedgerCommand.Create(), FlowCommand.Create(), RecordsCommand.Create(), WorkflowsCommand.Create(),
    ConsumersCommand.Create(), EndpointsCommand.Create(), QueuesCommand.Create(), TopologyCommand.Create(), HostsCommand.Create(), AlertsCommand.Create(), DoctorCommand.Create(),
    KeysCommand.Create(), UsersCommand.Create(), AuditCommand.Create(), CompletionCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
