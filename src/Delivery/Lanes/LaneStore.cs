using System.Data.Common;
using System.Globalization;
using Dapper;
using EventBus.Contracts;
using EventBus.Storage;

namespace EventBus.Delivery.Lanes;

/// <summary>The rows of a lane.</summary>
sealed class LaneStore(Database database, string consumer, string lane, TimeProvider time)
{
    const string Columns = """
        id AS Id, position AS Position, endpoint AS Endpoint, event_key AS EventKey, subject_key AS SubjectKey, sequence AS Sequence, attempts AS Attempts,
        starts AS Starts, start_epoch AS StartEpoch, due_at AS DueAt, stored_at AS StoredAt, body AS Body
        """;

    static readonly RowStatement<NewRow> Insert = new(
        """
        INSERT INTO deliveries (consumer, endpoint, event_key, lane, position, subject_key, sequence, event_id, source, type, tenant, subject, replay, state, starts, start_epoch,
            accepted_at, stored_at, finished_at, body)
        SELECT @consumer, r.endpoint, r.event_key, @lane, r.position, r.subject_key, r.sequence, r.event_id, r.source, r.type, r.tenant, r.subject, r.replay, r.state, r.starts, r.starts * @epoch,
            coalesce(r.accepted_at, @now), @now, CASE WHEN r.state = 0 THEN NULL ELSE @now END, r.body
        FROM {rows} ON CONFLICT (consumer, endpoint, event_key) DO NOTHING RETURNING id, event_key, endpoint
        """,
        RowColumn<NewRow>.Text("endpoint", r => r.Target.Endpoint), RowColumn<NewRow>.Text("event_key", r => r.Planned.EventKey), RowColumn<NewRow>.Number("position", r => r.Position),
        RowColumn<NewRow>.Text("subject_key", r => r.Planned.SubjectKey), RowColumn<NewRow>.Number("sequence", r => r.Sequence), RowColumn<NewRow>.Text("event_id", r => r.Event?.Id ?? ""),
        RowColumn<NewRow>.Text("source", r => r.Event?.Source ?? ""), RowColumn<NewRow>.Text("type", r => r.Event?.Type ?? ""), RowColumn<NewRow>.Text("tenant", r => r.Event?.Tenant),
        RowColumn<NewRow>.Text("subject", r => r.Event?.Subject), RowColumn<NewRow>.Text("replay", r => r.Event?.Replay), RowColumn<NewRow>.Number("state", r => (long)r.Target.State),
        RowColumn<NewRow>.Number("starts", r => r.Target.AtOnce ? 1 : 0), RowColumn<NewRow>.Number("accepted_at", r => r.Planned.AcceptedAt),
        RowColumn<NewRow>.Bytes("body", r => r.Target.State == DeliveryState.Waiting ? r.Planned.Incoming.Body : null));

    static readonly RowStatement<SubjectCount> Number = new(
        """
        INSERT INTO subject_sequences (endpoint, subject_key, last, used_at) SELECT r.endpoint, r.subject_key, r.n, @now FROM {rows}
        ON CONFLICT (endpoint, subject_key) DO UPDATE SET last = subject_sequences.last + excluded.last, used_at = excluded.used_at RETURNING endpoint, subject_key, last
        """,
        RowColumn<SubjectCount>.Text("endpoint", c => c.Endpoint), RowColumn<SubjectCount>.Text("subject_key", c => c.SubjectKey), RowColumn<SubjectCount>.Number("n", c => c.Count));

    /// <summary>No event of the subject has failed before. However many are left out, they are not read, nor written to.</summary>
    const string BehindNone = """
         AND NOT EXISTS (
            SELECT 1 FROM deliveries h
            WHERE h.lane = @lane AND h.endpoint = @endpoint AND h.subject_key = deliveries.subject_key AND h.state = 0 AND h.due_at > 0 AND h.position < deliveries.position)
        """;

    static readonly RowStatement<Row> Begin = new(
        "UPDATE deliveries SET starts = starts + 1, start_epoch = @epoch WHERE id IN (SELECT r.id FROM {rows})", RowColumn<Row>.Number("id", r => r.Id));

    /// <summary>Stores events in one transaction, behind all others of the lane: a row for the consumer, and one for each endpoint. Events that are there already are left out.</summary>
    /// <param name="plan">Where they go.</param>
    /// <param name="epoch">The holder of the lane.</param>
    /// <param name="logPosition">How far the log has been read with them; null where there is no log.</param>
    /// <param name="also">What else belongs to the transaction.</param>
    /// <returns>The new rows, in order.</returns>
    /// <exception cref="LaneLostException">The lane has another holder.</exception>
    public async Task<IReadOnlyList<StoredRow>> StoreAsync(IReadOnlyList<PlannedEvent> plan, long epoch, long? logPosition, Func<DbTransaction, Task>? also = null) => await database.TransactAsync(async transaction =>
    {
        var connection = transaction.Connection!;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var last = await connection.QuerySingleOrDefaultAsync<long?>(
            "UPDATE lanes SET position = position + @n, log_position = coalesce(@logPosition, log_position) WHERE name = @lane AND epoch = @epoch RETURNING position",
            new { n = plan.Count, logPosition, lane, epoch }, transaction) ?? throw new LaneLostException();
        var first = last - plan.Count + 1;

        var ids = await InsertAsync(transaction, [.. plan.Select((p, i) => new NewRow(p, p.Own, first + i, null))], epoch, now);
        var stored = new List<StoredRow>();
        var targets = new List<(PlannedEvent Planned, PlannedTarget Target, long Position)>();
        for (var i = 0; i < plan.Count; i++)
        {
            if (ids.TryGetValue((plan[i].EventKey, ""), out var id))
            {
                stored.Add(new StoredRow(plan[i], plan[i].Own, id, first + i, null, now));
                targets.AddRange(plan[i].Endpoints.Select(e => (plan[i], e, first + i)));
                ids.Remove((plan[i].EventKey, ""));
            }
        }

        var sequences = await NumberAsync(transaction, targets, now);
        var endpointIds = await InsertAsync(transaction, [.. targets.Select((t, i) => new NewRow(t.Planned, t.Target, t.Position, sequences[i]))], epoch, now);
        for (var i = 0; i < targets.Count; i++)
        {
            var (planned, target, position) = targets[i];
            if (endpointIds.TryGetValue((planned.EventKey, target.Endpoint), out var id))
            {
                stored.Add(new StoredRow(planned, target, id, position, sequences[i], now));
            }
        }

        foreach (var row in stored.Where(r => r.Target.State == DeliveryState.Dead))
        {
            await DeadLetters.AddAsync(transaction, consumer, row.Id, row.Planned, row.Target.Endpoint, now);
        }

        if (also is not null)
        {
            await also(transaction);
        }

        return stored;
    });

    /// <summary>What waits at a target from a position on, in order; where its order is held, without what waits behind an event that has failed.</summary>
    public Task<IReadOnlyList<DeliveryItem>> ReadAsync(DeliveryTarget target, long from, int limit, long epoch) => LoadAsync(
        $"lane = @lane AND endpoint = @endpoint AND state = 0 AND position >= @from{(target.Order == OrderPolicy.Hold ? BehindNone : "")}", new { lane, endpoint = target.Name, from, limit }, epoch);

    /// <summary>What waits of one subject behind a position, in order.</summary>
    public Task<IReadOnlyList<DeliveryItem>> ReadSubjectAsync(string endpoint, string subjectKey, long behind, int limit, long epoch) => subjectKey.StartsWith('#')
        ? LoadAsync(
            "lane = @lane AND endpoint = @endpoint AND state = 0 AND position = @position",
            new { lane, endpoint, position = long.Parse(subjectKey.AsSpan(1), CultureInfo.InvariantCulture), limit }, epoch)
        : LoadAsync("lane = @lane AND endpoint = @endpoint AND subject_key = @subjectKey AND state = 0 AND position > @behind", new { lane, endpoint, subjectKey, behind, limit }, epoch);

    /// <summary>Notes that a suspect is begun, before it is.</summary>
    public Task BeginSuspectAsync(long id, long epoch) => database.TransactAsync(async transaction =>
        await transaction.Connection!.ExecuteAsync("UPDATE deliveries SET starts = starts + 1, start_epoch = @epoch WHERE id = @id AND state = 0", new { id, epoch }, transaction));

    /// <summary>Gives up what waits of a subject up to a position, since a newer event has taken its place.</summary>
    /// <returns>What was given up.</returns>
    public Task<IReadOnlyList<CloudEvent>> SupersedeAsync(string endpoint, string subjectKey, long upTo) => database.TransactAsync<IReadOnlyList<CloudEvent>>(async transaction =>
    {
        const string Replaced = "lane = @lane AND endpoint = @endpoint AND subject_key = @subjectKey AND state = 0 AND position <= @upTo";
        var parameters = new { lane, endpoint, subjectKey, upTo, now = time.GetUtcNow().ToUnixTimeMilliseconds() };
        var bodies = await transaction.Connection!.QueryAsync<byte[]>($"SELECT body FROM deliveries WHERE {Replaced}", parameters, transaction);
        await transaction.Connection!.ExecuteAsync($"UPDATE deliveries SET state = 3, finished_at = @now, body = NULL WHERE {Replaced}", parameters, transaction);
        return [.. bodies.Select(body => EventJson.Parse(body))];
    });

    /// <summary>Takes the dead letters of this lane that are to be retried back, behind everything else of the lane.</summary>
    /// <param name="endpoints">The endpoints there are; a retry for one that is gone waits until it is there again.</param>
    /// <param name="epoch">The holder of the lane.</param>
    /// <param name="limit">At most so many.</param>
    public async Task<IReadOnlyList<DeliveryItem>> TakeRetriesAsync(IReadOnlyList<string> endpoints, long epoch, int limit)
    {
        await using (var connection = await database.ConnectAsync())
        {
            if (await connection.QuerySingleAsync<int>("SELECT count(*) FROM (SELECT 1 AS one FROM dead_letters WHERE consumer = @consumer AND state = 'retry' LIMIT 1) AS r", new { consumer }) == 0)
            {
                return [];
            }
        }

        var known = new InList(endpoints);
        var parameters = new DynamicParameters(new { consumer, lane, limit });
        parameters.AddDynamicParams(known.Parameters);
        var asked = $"consumer = @consumer AND state = 'retry' AND endpoint IN {known.Sql} AND EXISTS (SELECT 1 FROM deliveries d WHERE d.id = dead_letters.delivery AND d.lane = @lane)";
        return await database.TransactAsync<IReadOnlyList<DeliveryItem>>(async transaction =>
        {
            var connection = transaction.Connection!;
            var letters = (await connection.QueryAsync<(long Delivery, byte[] Body)>(
                $"SELECT delivery, coalesce(edited, original) FROM dead_letters WHERE {asked} ORDER BY delivery LIMIT @limit", parameters, transaction)).ToList();
            if (letters.Count == 0)
            {
                return [];
            }

            var last = await connection.QuerySingleOrDefaultAsync<long?>(
                "UPDATE lanes SET position = position + @n WHERE name = @lane AND epoch = @epoch RETURNING position", new { n = letters.Count, lane, epoch }, transaction)
                ?? throw new LaneLostException();
            var items = new List<DeliveryItem>();
            foreach (var (delivery, body) in letters)
            {
                // Compare and set: whoever discards it at this moment comes first or last, never in between.
                if (await connection.ExecuteAsync("UPDATE dead_letters SET state = 'retried' WHERE delivery = @delivery AND state = 'retry'", new { delivery }, transaction) == 1)
                {
                    var position = last - letters.Count + 1 + items.Count;
                    await connection.ExecuteAsync(
                        "UPDATE deliveries SET state = 0, position = @position, attempts = 0, starts = 0, start_epoch = 0, due_at = 0, finished_at = NULL, body = @body WHERE id = @delivery AND state = 4",
                        new { delivery, position, body }, transaction);
                    items.AddRange(await LoadAsync(transaction, "id = @delivery AND state = 0", new { delivery, limit = 1 }, epoch));
                }
            }

            return items;
        });
    }

    /// <summary>Gives up what waits for an endpoint.</summary>
    public Task DiscardAsync(string endpoint, long epoch) => database.TransactAsync(async transaction =>
        await transaction.Connection!.ExecuteAsync(
            """
            UPDATE deliveries SET state = 5, finished_at = @now, body = NULL
            WHERE lane = @lane AND endpoint = @endpoint AND state = 0 AND EXISTS (SELECT 1 FROM lanes WHERE name = @lane AND epoch = @epoch)
            """,
            new { lane, endpoint, epoch, now = time.GetUtcNow().ToUnixTimeMilliseconds() }, transaction));

    /// <summary>The last position given in the lane.</summary>
    public async Task<long> PositionAsync()
    {
        await using var connection = await database.ConnectAsync();
        return await connection.QuerySingleAsync<long>("SELECT position FROM lanes WHERE name = @lane", new { lane });
    }

    /// <summary>How far the log has been read.</summary>
    public async Task<long> LogPositionAsync()
    {
        await using var connection = await database.ConnectAsync();
        return await connection.QuerySingleAsync<long>("SELECT log_position FROM lanes WHERE name = @lane", new { lane });
    }

    Task<IReadOnlyList<DeliveryItem>> LoadAsync(string where, object parameters, long epoch) =>
        database.TransactAsync(transaction => LoadAsync(transaction, where, parameters, epoch));

    /// <summary>What is loaded is about to be begun, which is noted at once; suspects are noted one by one (<see cref="BeginSuspectAsync"/>).</summary>
    static async Task<IReadOnlyList<DeliveryItem>> LoadAsync(DbTransaction transaction, string where, object parameters, long epoch)
    {
        var rows = (await transaction.Connection!.QueryAsync<Row>($"SELECT {Columns} FROM deliveries WHERE {where} ORDER BY position LIMIT @limit", parameters, transaction)).AsList();
        var begun = rows.Where(r => r.StartEpoch != epoch && r.Starts < 2).ToList();
        await Begin.ExecuteAsync(transaction, begun, ("epoch", epoch));
        return rows.ConvertAll(r => new DeliveryItem
        {
            Id = r.Id,
            Position = r.Position,
            Endpoint = r.Endpoint,
            EventKey = r.EventKey,
            SubjectKey = r.SubjectKey,
            Sequence = r.Sequence,
            Attempts = r.Attempts,
            Starts = r.StartEpoch == epoch ? 0 : r.Starts,
            Due = r.DueAt == 0 ? DateTimeOffset.MinValue : DateTimeOffset.FromUnixTimeMilliseconds(r.DueAt),
            StoredAt = DateTimeOffset.FromUnixTimeMilliseconds(r.StoredAt),
            Body = r.Body,
        });
    }

    /// <summary>Gives each event of a subject its number at the endpoint.</summary>
    static async Task<long?[]> NumberAsync(DbTransaction transaction, List<(PlannedEvent Planned, PlannedTarget Target, long Position)> targets, long now)
    {
        var numbered = targets.Select((t, i) => (t.Target.Endpoint, t.Planned.SubjectKey, Index: i, Counts: t.Planned.HasSubject && t.Target.State == DeliveryState.Waiting)).Where(t => t.Counts);
        var sequences = new long?[targets.Count];

        // In the order of the keys, so that two lanes that count the same subjects never wait for each other.
        var groups = numbered.GroupBy(t => (t.Endpoint, t.SubjectKey)).OrderBy(g => g.Key.Endpoint, StringComparer.Ordinal).ThenBy(g => g.Key.SubjectKey, StringComparer.Ordinal).ToList();
        var lasts = await Number.QueryAsync(
            transaction, groups.ConvertAll(g => new SubjectCount(g.Key.Endpoint, g.Key.SubjectKey, g.Count())), r => (Key: (r.GetString(0), r.GetString(1)), Last: r.GetInt64(2)), ("now", now));
        var byKey = lasts.ToDictionary(l => l.Key, l => l.Last);
        foreach (var group in groups)
        {
            var next = byKey[group.Key] - group.Count();
            foreach (var (_, _, index, _) in group)
            {
                sequences[index] = ++next;
            }
        }

        return sequences;
    }

    async Task<Dictionary<(string EventKey, string Endpoint), long>> InsertAsync(DbTransaction transaction, IReadOnlyList<NewRow> rows, long epoch, long now) =>
        (await Insert.QueryAsync(
            transaction, rows, r => (Id: r.GetInt64(0), EventKey: r.GetString(1), Endpoint: r.GetString(2)), ("consumer", consumer), ("lane", lane), ("epoch", epoch), ("now", now)))
        .ToDictionary(r => (r.EventKey, r.Endpoint), r => r.Id);

    /// <summary>A row to store.</summary>
    sealed record NewRow(PlannedEvent Planned, PlannedTarget Target, long Position, long? Sequence)
    {
        public CloudEvent? Event => Planned.Incoming.Event;
    }

    /// <summary>So many events of a subject.</summary>
    sealed record SubjectCount(string Endpoint, string SubjectKey, long Count);

    sealed class Row
    {
        public long Id { get; init; }

        public long Position { get; init; }

        public string Endpoint { get; init; } = "";

        public string EventKey { get; init; } = "";

        public string SubjectKey { get; init; } = "";

        public long? Sequence { get; init; }

        public int Attempts { get; init; }

        public int Starts { get; init; }

        public long StartEpoch { get; init; }

        public long DueAt { get; init; }

        public long StoredAt { get; init; }

        public byte[] Body { get; init; } = [];
    }
}

/// <summary>A row that is stored now.</summary>
/// <param name="Planned">The event.</param>
/// <param name="Target">Where it goes.</param>
/// <param name="Id">The row.</param>
/// <param name="Position">Its place in the lane.</param>
/// <param name="Sequence">Its number at the endpoint.</param>
/// <param name="StoredAt">When, in milliseconds since 1970.</param>
sealed record StoredRow(PlannedEvent Planned, PlannedTarget Target, long Id, long Position, long? Sequence, long StoredAt)
{
    public DeliveryItem ToItem() => new()
    {
        Id = Id,
        Position = Position,
        Endpoint = Target.Endpoint,
        EventKey = Planned.EventKey,
        SubjectKey = Planned.SubjectKey,
        Sequence = Sequence,
        StoredAt = DateTimeOffset.FromUnixTimeMilliseconds(StoredAt),
        Body = Planned.Incoming.Body,
        Event = Planned.Incoming.Event!,
    };
}
