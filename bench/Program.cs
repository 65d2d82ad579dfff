using System.CommandLine;
using EventBus.Bench;
using EventBus.Bench.Pages;
using EventBus.Bench.Scale;
using EventBus.Bench.Scenarios;
using EventBus.Bench.Simulation;
using EventBus.Bench.Soaking;
using EventBus.Bench.Starting;

var root = new RootCommand("Measures EventBus beside a twin that does the same work on the bare client.") 
{
    MicroCommand.Create(), PagesCommand.Create(), PressureCommand.Create(), ScaleCommand.Create(), ServeCommand.Create(), SimulateCommand.Create(), SoakCommand.Create(), StartCommand.Create(),
};
foreach (var scenario in Scenario.All)
{
    root.Add(ScenarioCommand.Create(scenario.Name, $"{scenario.Load}; {scenario.Goal}", [scenario]));
}

root.Add(ScenarioCommand.Create("all", "All of them, one after the other", Scenario.All));
return await root.Parse(args).InvokeAsync();
