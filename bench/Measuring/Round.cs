namespace EventBus.Bench.Measuring;

/// <summary>One measurement of one side.</summary>
/// <param name="EventsPerSecond">Events confirmed.</param>
/// <param name="P99Milliseconds">Of a request; in the scenario <c>publish</c>, of a publish.</param>
/// <param name="ServiceCpu">CPU seconds of the measured process for 10,000 events.</param>
/// <param name="BrokerCpu">The same of the broker.</param>
/// <param name="LoadCpu">The same of the process that sends; 0 where that is the measured one.</param>
/// <param name="OthersCpu">How much of the machine other processes took meanwhile, 0 to 1.</param>
/// <param name="Failed">Events that were not confirmed.</param>
/// <param name="Lost">Events that were confirmed and are not in the queue.</param>
/// <param name="FirstError">What went wrong first.</param>
sealed record Round(
    double EventsPerSecond, double P99Milliseconds, double ServiceCpu, double BrokerCpu, double LoadCpu, double OthersCpu, long Failed, long Lost, string? FirstError);
