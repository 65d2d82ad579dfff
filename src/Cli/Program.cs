using System.CommandLine;
using EventBus.Cli;

var root = new RootCommand("Works with an EventBus from the command line.") 
{
    EventsCommand.Create(), DeadCommand.Create(), ConsumersCommand.Create(), EndpointsCommand.Create(), QueuesCommand.Create(), TopologyCommand.Create(), ReplaysCommand.Create(), LedgerCommand.Create(), KeysCommand.Create(), WorkflowsCommand.Create(), UsersCommand.Create(), AuditCommand.Create(),
    DoctorCommand.Create(), CompletionCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
