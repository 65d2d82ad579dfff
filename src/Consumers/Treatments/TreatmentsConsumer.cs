using System.Text.Json;
using EventBus.Consumers.Hosting;
using EventBus.Consumers.Hosting.Reactions;
using EventBus.Contracts;
using MassTransit;

namespace EventBus.Consumers.Treatments;

/// <summary>Keeps a record of each hospitalization with all that is on its flow sheet, and tells the sender of an operation what became of each of its treatments.</summary>
[RespondsTo("*.treatment.#", "*.hospitalization.#", "*.inventory.#", "smartflowsheet.questionnaire.#")]
sealed class TreatmentsConsumer : IResponder<TreatmentEvent>, IResponder<InventoryEvent>, IConsumer<HospitalizationEvent>, IConsumer<QuestionnaireEvent>
{
    /// <summary>The kind of the records of hospitalizations; those of what is imported have the word for that.</summary>
    public const string Kind = "hospitalization";

    /// <summary>Where several come, each has an outcome of its own.</summary>
    public Task<Verdict> JudgeAsync(TreatmentEvent @event, CancellationToken cancellationToken) =>
        Task.FromResult(@event.Change == TreatmentChange.RecordEntered ? Judge(@event) : Verdict.Accept);

    public Task<Verdict> JudgeAsync(InventoryEvent @event, CancellationToken cancellationToken) => Task.FromResult(Judge(@event));

    public Task Consume(ConsumeContext<TreatmentEvent> context) => Record(context, context.Message);

    public Task Consume(ConsumeContext<InventoryEvent> context) => Record(context, context.Message);

    public Task Consume(ConsumeContext<HospitalizationEvent> context) => Record(context, context.Message);

    public Task Consume(ConsumeContext<QuestionnaireEvent> context) => Record(context, context.Message);

    static Verdict Judge(CloudEvent @event)
    {
        var missing = FlowSheetItem.Read(@event).Where(i => i.Missing is not null).ToDictionary(i => $"{i.Path}.{i.Missing}", _ => "is missing", StringComparer.Ordinal);
        return missing.Count == 0 ? Verdict.Accept : Verdict.Refuse("It cannot be recorded.", missing);
    }

    static Task Record(ConsumeContext context, CloudEvent @event)
    {
        var items = FlowSheetItem.Read(@event);
        var isOperation = OperationResult.IsAsked(@event);
        if ((items.Count == 0 && !isOperation) || Reaction.IsOwn(@event))
        {
            context.Record(EventOutcome.Filtered);
            return Task.CompletedTask;
        }

        context.React(async reaction =>
        {
            var outcomes = items.Where(i => i.Missing is not null).ToDictionary(i => i.Place, i => TreatmentOutcome.Missing(i.Missing!));
            var records = items.Where(i => i.Missing is null).GroupBy(i => (Kind: i.Kind.IsOfStay ? Kind : i.Kind.Word, Id: i.Stay ?? i.Id!));

            // In one order everywhere, so that two events about the same records wait for each other instead of locking each other out.
            foreach (var record in records.OrderBy(r => r.Key.Kind, StringComparer.Ordinal).ThenBy(r => r.Key.Id, StringComparer.Ordinal))
            {
                var key = Reaction.KeyOf(@event, record.Key.Id);
                if (record.Key.Kind != Kind)
                {
                    await ImportAsync(reaction, @event, record.Key.Kind, key, record.Last());
                    continue;
                }

                var stay = await RecordAsync(reaction, @event, key, record.Key.Id, [.. record]);
                foreach (var item in record)
                {
                    outcomes[item.Place] = stay.Find(item.Kind.Word, item.Id!) is { AfterDischarge: true } ? TreatmentOutcome.RecordedLate : TreatmentOutcome.Recorded;
                }
            }

            if (isOperation)
            {
                await reaction.PublishAsync(OperationResult.Of((TreatmentEvent)@event, outcomes, reaction.Now));
            }
        });
        return Task.CompletedTask;
    }

    static async Task<HospitalizationRecord> RecordAsync(Reaction reaction, CloudEvent @event, string key, string id, IReadOnlyList<FlowSheetItem> items)
    {
        var known = await reaction.ReadAsync(Kind, key) is { } state
            ? JsonSerializer.Deserialize(state, TreatmentsJson.Default.HospitalizationRecord)!
            : new HospitalizationRecord { Id = id, Tenant = @event.Tenant, Source = @event.Source };
        if (!await reaction.AddEntryAsync(Kind, key, @event, JsonSerializer.Serialize([.. items.Select(FlowSheetStep.Of)], TreatmentsJson.Default.ListFlowSheetStep)))
        {
            return known;
        }

        var history = (await reaction.EntriesAsync(Kind, key)).SelectMany(e => JsonSerializer.Deserialize(e.Body, TreatmentsJson.Default.ListFlowSheetStep)!.Select(s => (e.At, s)));
        var record = HospitalizationRecord.Read(known, history);
        await reaction.WriteAsync(Kind, key, JsonSerializer.Serialize(record, TreatmentsJson.Default.HospitalizationRecord));
        return record;
    }

    static async Task ImportAsync(Reaction reaction, CloudEvent @event, string kind, string key, FlowSheetItem item)
    {
        var before = await reaction.ReadAsync(kind, key) is { } state ? JsonSerializer.Deserialize(state, TreatmentsJson.Default.ImportedRecord) : null;
        var at = reaction.AcceptedAt(@event);
        if (await reaction.AddEntryAsync(kind, key, @event, item.Data.GetRawText()) && (before is null || before.At <= at))
        {
            await reaction.WriteAsync(kind, key, JsonSerializer.Serialize(new ImportedRecord(item.Id!, @event.Tenant, @event.Source, at, item.Data), TreatmentsJson.Default.ImportedRecord));
        }
    }
}
