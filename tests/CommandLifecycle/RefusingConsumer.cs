using EventBus.Consumers.Hosting;
using EventBus.Contracts;
using MassTransit;

namespace EventBus.Tests.CommandLifecycle;

/// <summary>Lets nobody commit.</summary>
[RespondsTo("canvas.command.*.pre_commit")]
sealed class RefusingConsumer : IResponder<CommandEvent>
{
    public Task<Verdict> JudgeAsync(CommandEvent @event, CancellationToken cancellationToken) => Task.FromResult(Verdict.Refuse("not today"));

    public Task Consume(ConsumeContext<CommandEvent> context) => Task.CompletedTask;
}
