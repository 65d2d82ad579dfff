using System.Text.Json;
using Dapper;
using EventBus.Consumers.Treatments;
using EventBus.Storage;
using EventBus.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests;

/// <summary>What the storage has of hospitalizations, and of deliveries.</summary>
static class Stays
{
    /// <summary>The record of a hospitalization of the clinic with the key <c>k</c>, once it is as a test wants it.</summary>
    public static async Task<HospitalizationRecord> RecordAsync(Database database, string id, Func<HospitalizationRecord, bool> wanted)
    {
        HospitalizationRecord? record = null;
        await Eventually.TrueAsync(
            async () =>
            {
                await using var connection = await database.ConnectAsync();
                record = (await connection.QueryAsync<string>("SELECT state FROM records WHERE kind = 'hospitalization' AND state IS NOT NULL"))
                    .Select(s => JsonSerializer.Deserialize(s, TreatmentsJson.Default.HospitalizationRecord)!).FirstOrDefault(r => r.Id == id);
                return record is not null && wanted(record);
            },
            $"the record of {id} is as it should be");
        return record!;
    }

    /// <summary>The treatments on its flow sheet, each with its status.</summary>
    public static async Task<IReadOnlyList<(string Id, string? Status)>> UntilAsync(BusHost host, string id, Func<IReadOnlyList<FlowSheetEntry>, bool> wanted) =>
        [.. (await RecordAsync(host.Services.GetRequiredService<Database>(), id, r => wanted(r.Entries))).Entries.Select(e => (e.Id, e.Status))];

    /// <summary>What became of what an endpoint was to be brought, once it has so many; or that so many wait there after an attempt.</summary>
    public static async Task<IReadOnlyList<string>> OutcomesAsync(BusHost host, string endpoint, int count, bool waiting = false)
    {
        List<DeliveryState> states = [];
        await Eventually.TrueAsync(
            async () =>
            {
                await using var connection = await host.Services.GetRequiredService<Database>().ConnectAsync();
                states = [.. (await connection.QueryAsync<int>("SELECT state FROM deliveries WHERE endpoint = @endpoint AND (@waiting = 0 OR attempts > 0)", new { endpoint, waiting = waiting ? 1 : 0 })).Select(s => (DeliveryState)s)];
                return states.Count >= count && states.TrueForAll(s => (s == DeliveryState.Waiting) == waiting);
            },
            $"{count} have an outcome at {endpoint}");
        return [.. states.Select(s => s.ToString().ToLowerInvariant()).Order(StringComparer.Ordinal)];
    }
}
