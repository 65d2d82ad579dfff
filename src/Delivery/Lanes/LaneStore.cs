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

    static readonly RowStatement<Advance> Reserve = new(
        """
        UPDATE lanes SET position = lanes.position + r.n, log_position = coalesce(r.log_position, lanes.log_position) FROM {rows} WHERE name = @lane AND epoch = @epoch RETURNING lanes.position
        """,
        RowColumn<Advance>.Number("n", a => a.Count), RowColumn<Advance>.Number("log_position", a => a.LogPosition));

    static readonly RowStatement<SubjectCount> Number = new(
        """
        INSERT INTO subject_sequences (endpoint, subject_key, last, used_at) SELECT r.endpoint, r.subject_key, r.n, @now FROM {rows}
        ON CONFLICT (endpoint, subject_key) DO UPDATE SET last = subject_sequences.last + excluded.last, used_at = excluded.used_at RETURNING last
        """,
        RowColumn<SubjectCount>.Text("endpoint", c => c.Endpoint), RowColumn<SubjectCount>.Text("subject_key", c => c.SubjectKey), RowColumn<SubjectCount>.Number("n", c => c.Count));

    /// <summary>After <see cref="Reserve"/> and <see cref="Number"/>, from whose rows it takes positions and numbers: so it need not wait for their results.</summary>
    static readonly RowStatement<NewRow> Insert = new(
        """
        INSERT INTO deliveries (consumer, endpoint, event_key, lane, position, subject_key, sequence, event_id, source, type, tenant, subject, replay, state, starts, start_epoch,
            accepted_at, stored_at, finished_at, body)
        SELECT @consumer, r.endpoint, r.event_key, @lane, (SELECT l.position FROM lanes l WHERE l.name = @lane) - r.behind, r.subject_key,
            CASE WHEN r.later IS NULL THEN NULL ELSE (SELECT s.last FROM subject_sequences s WHERE s.endpoint = r.endpoint AND s.subject_key = r.subject_key) - r.later END,
            r.event_id, r.source, r.type, r.tenant, r.subject, r.replay, r.state, r.starts, r.starts * @epoch,
            coalesce(r.accepted_at, @now), @now, CASE WHEN r.state = 0 THEN NULL ELSE @now END, r.body
        FROM {rows} ON CONFLICT (consumer, endpoint, event_key) DO NOTHING RETURNING id, event_key, endpoint, position, sequence
        """,
        RowColumn<NewRow>.Text("endpoint", r => r.Target.Endpoint), RowColumn<NewRow>.Text("event_key", r => r.Planned.EventKey), RowColumn<NewRow>.Number("behind", r => r.Behind),
        RowColumn<NewRow>.Text("subject_key", r => r.Planned.SubjectKey), RowColumn<NewRow>.Number("later", r => r.Later), RowColumn<NewRow>.Text("event_id", r => r.Event?.Id ?? ""),
        RowColumn<NewRow>.Text("source", r => r.Event?.Source ?? ""), RowColumn<NewRow>.Text("type", r => r.Event?.Type ?? ""), RowColumn<NewRow>.Text("tenant", r => r.Event?.Tenant),
        RowColumn<NewRow>.Text("subject", r => r.Event?.Subject), RowColumn<NewRow>.Text("replay", r => r.Event?.Replay), RowColumn<NewRow>.Number("state", r => (long)r.Target.State),
        RowColumn<NewRow>.Number("starts", r => r.Target.AtOnce ? 1 : 0), RowColumn<NewRow>.Number("accepted_at", r => r.Planned.AcceptedAt),
        RowColumn<NewRow>.Bytes("body", r => r.Target.State == DeliveryState.Waiting ? r.Planned.Incoming.Body : null));

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
    /// <returns>The new rows: first the consumer's, then the endpoints', each in order.</returns>
    /// <exception cref="LaneLostException">The lane has another holder.</exception>
    public async Task<IReadOnlyList<StoredRow>> StoreAsync(IReadOnlyList<PlannedEvent> plan, long epoch, long? logPosition)
    {
        while (true)
        {
            try
            {
                return await database.TransactAsync(transaction => StoreAsync(transaction, plan, epoch, logPosition));
            }
            catch (StoredBeforeException e)
            {
                plan = e.Others;
            }
        }
    }

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

    /// <exception cref="StoredBeforeException">Some are there already, and have taken positions and numbers nevertheless: it is to be done again without them.</exception>
    async Task<IReadOnlyList<StoredRow>> StoreAsync(DbTransaction transaction, IReadOnlyList<PlannedEvent> plan, long epoch, long? logPosition)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        List<NewRow> own = [.. plan.Select((p, i) => new NewRow(p, p.Own, plan.Count - 1 - i, null))];
        List<NewRow> targets = [.. own.SelectMany(o => o.Planned.Endpoints.Select(target => o with { Target = target }))];
        var counts = Count(targets);

        var batch = new RowBatch(transaction);
        var positions = await batch.AddAsync(Reserve, [new Advance(plan.Count, logPosition)], r => r.GetInt64(0), ("lane", lane), ("epoch", epoch));
        var ownStored = await InsertAsync(batch, own, epoch, now);
        await batch.AddAsync(Number, counts, r => r.GetInt64(0), ("now", now));
        var targetsStored = await InsertAsync(batch, targets, epoch, now);
        await batch.RunAsync();
        if (positions.Count == 0)
        {
            throw new LaneLostException();
        }

        if (ownStored.Count < plan.Count)
        {
            var written = ownStored.Select(s => s.EventKey).ToHashSet(StringComparer.Ordinal);
            throw new StoredBeforeException([.. plan.Where(p => written.Remove(p.EventKey))]);
        }

        var byKey = ownStored.Concat(targetsStored).ToDictionary(s => (s.EventKey, s.Endpoint));
        List<StoredRow> stored = [.. own.Concat(targets).Select(r => (r.Planned, r.Target, Row: byKey.GetValueOrDefault((r.Planned.EventKey, r.Target.Endpoint)))).Where(r => r.Row is not null)
            .Select(r => new StoredRow(r.Planned, r.Target, r.Row!.Id, r.Row.Position, r.Row.Sequence, now))];
        foreach (var row in stored.Where(r => r.Target.State == DeliveryState.Dead))
        {
            await DeadLetters.AddAsync(transaction, consumer, row.Id, row.Planned, row.Target.Endpoint, now);
        }

        return stored;
    }

    /// <summary>How many events of each subject there are for each endpoint; notes on each how many come after it.</summary>
    /// <returns>In the order of the keys, so that two lanes that count the same subjects never wait for each other.</returns>
    static List<SubjectCount> Count(List<NewRow> targets)
    {
        var counts = new Dictionary<(string Endpoint, string SubjectKey), long>();
        for (var i = targets.Count - 1; i >= 0; i--)
        {
            var (planned, target) = (targets[i].Planned, targets[i].Target);
            if (planned.HasSubject && target.State == DeliveryState.Waiting)
            {
                var later = counts.GetValueOrDefault((target.Endpoint, planned.SubjectKey));
                targets[i] = targets[i] with { Later = later };
                counts[(target.Endpoint, planned.SubjectKey)] = later + 1;
            }
        }

        return [.. counts.Select(c => new SubjectCount(c.Key.Endpoint, c.Key.SubjectKey, c.Value)).OrderBy(c => c.Endpoint, StringComparer.Ordinal).ThenBy(c => c.SubjectKey, StringComparer.Ordinal)];
    }

    Task<List<Stored>> InsertAsync(RowBatch batch, IReadOnlyList<NewRow> rows, long epoch, long now) => batch.AddAsync(
        Insert, rows, r => new Stored(r.GetInt64(0), r.GetString(1), r.GetString(2), r.GetInt64(3), r.IsDBNull(4) ? null : r.GetInt64(4)),
        ("consumer", consumer), ("lane", lane), ("epoch", epoch), ("now", now));

    /// <summary>So many places more in a lane.</summary>
    sealed record Advance(int Count, long? LogPosition);

    /// <summary>A row to store.</summary>
    /// <param name="Planned">The event.</param>
    /// <param name="Target">Where it goes.</param>
    /// <param name="Behind">How many events come after it.</param>
    /// <param name="Later">How many of its subject come after it for this endpoint; null where they are not counted.</param>
    sealed record NewRow(PlannedEvent Planned, PlannedTarget Target, int Behind, long? Later)
    {
        public CloudEvent? Event => Planned.Incoming.Event;
    }

    /// <summary>A row as it was stored.</summary>
    sealed record Stored(long Id, string EventKey, string Endpoint, long Position, long? Sequence);

    /// <summary>Some events are there already.</summary>
    /// <param name="others">Those that are not.</param>
    sealed class StoredBeforeException(IReadOnlyList<PlannedEvent> others) : Exception
    {
        public IReadOnlyList<PlannedEvent> Others => others;
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
