-- Every accepted event, in the order in which it reached the archive. In one process this is also the log that consumers read.
CREATE TABLE events (
    position      $identity,
    event_key     TEXT NOT NULL UNIQUE,        -- EventKey: what one acceptance of one event is known by at consumers
    id            TEXT NOT NULL,
    source        TEXT NOT NULL,
    type          TEXT NOT NULL,
    family        TEXT NOT NULL,
    tenant        TEXT,
    subject       TEXT,
    publisher     TEXT,                        -- name of the key it was sent with; null where a service published it itself
    gateway       TEXT,
    gateway_sequence BIGINT,
    accepted_at   BIGINT NOT NULL,
    archived_at   BIGINT NOT NULL,
    unrouted      INTEGER NOT NULL DEFAULT 0,  -- 1: no consumer had asked for it when it came
    body          $bytes NOT NULL              -- the structured CloudEvent, as on the wire
);
CREATE INDEX events_by_id ON events (id);
CREATE INDEX events_by_type ON events (type, position);
CREATE INDEX events_by_subject ON events (subject, position);
CREATE INDEX events_by_acceptance ON events (accepted_at);

-- What a consumer does with an event: one row for the consumer itself (endpoint '') and one for each endpoint that it goes to. The unique key is the inbox.
CREATE TABLE deliveries (
    id            $identity,
    consumer      TEXT NOT NULL,
    endpoint      TEXT NOT NULL,               -- '' is the consumer's own handler
    event_key     TEXT NOT NULL,
    lane          TEXT NOT NULL,               -- consumer/partition: who works on it
    position      BIGINT NOT NULL,             -- order within the lane
    subject_key   TEXT NOT NULL,               -- what its order is kept by: EventKey.OfSubject
    sequence      BIGINT,                      -- eventbus-sequence, counted per endpoint and subject
    event_id      TEXT NOT NULL,
    source        TEXT NOT NULL,
    type          TEXT NOT NULL,
    tenant        TEXT,
    subject       TEXT,
    replay        TEXT,                        -- id of the replay it belongs to
    state         INTEGER NOT NULL,            -- DeliveryState
    attempts      INTEGER NOT NULL DEFAULT 0,
    starts        INTEGER NOT NULL DEFAULT 0,  -- begun by so many owners of the lane without a recorded attempt
    start_epoch   BIGINT NOT NULL DEFAULT 0,   -- the owner (lanes.epoch) that began it last
    due_at        BIGINT NOT NULL DEFAULT 0,   -- not before; 0: at once
    accepted_at   BIGINT NOT NULL,
    stored_at     BIGINT NOT NULL,
    finished_at   BIGINT,
    body          $bytes,                      -- the structured CloudEvent while it is needed
    UNIQUE (consumer, endpoint, event_key)
);
CREATE INDEX deliveries_waiting ON deliveries (lane, endpoint, position) WHERE state = 0;
CREATE INDEX deliveries_waiting_by_subject ON deliveries (lane, endpoint, subject_key, position) WHERE state = 0;
CREATE INDEX deliveries_by_event ON deliveries (event_key);
CREATE INDEX deliveries_finished ON deliveries (finished_at) WHERE finished_at IS NOT NULL;

-- The last eventbus-sequence given to an endpoint's subject.
CREATE TABLE subject_sequences (
    endpoint      TEXT NOT NULL,
    subject_key   TEXT NOT NULL,
    last          BIGINT NOT NULL,
    used_at       BIGINT NOT NULL,
    PRIMARY KEY (endpoint, subject_key)
);

CREATE TABLE attempts (
    id            $identity,
    delivery      BIGINT NOT NULL,
    number        INTEGER NOT NULL,
    started_at    BIGINT NOT NULL,
    duration_ms   BIGINT NOT NULL,
    status        INTEGER,                     -- HTTP status; null where there was no answer, or no HTTP
    error         TEXT,                        -- error class in words; null where it succeeded
    response_head TEXT                         -- at most 1 KiB; null unless the endpoint allows it
);
CREATE INDEX attempts_by_delivery ON attempts (delivery);
CREATE INDEX attempts_by_time ON attempts (started_at);

CREATE TABLE dead_letters (
    delivery      BIGINT PRIMARY KEY,
    consumer      TEXT NOT NULL,
    endpoint      TEXT NOT NULL,
    event_key     TEXT NOT NULL,
    event_id      TEXT NOT NULL,
    type          TEXT NOT NULL,
    cause         TEXT NOT NULL,               -- in words, without data
    exception     TEXT,
    frame         TEXT,                        -- the first frame of ours
    cause_group   TEXT NOT NULL,               -- what failures with one cause have in common
    attempts      INTEGER NOT NULL,
    died_at       BIGINT NOT NULL,
    state         TEXT NOT NULL,               -- dead, retry (asked for, its lane takes it), retried, discarded
    reason        TEXT,                        -- why it was discarded or edited, by whom
    original      $bytes NOT NULL,             -- as it came
    edited        $bytes                       -- what a retry sends instead
);
CREATE INDEX dead_letters_by_group ON dead_letters (state, cause_group);
CREATE INDEX dead_letters_by_consumer ON dead_letters (consumer, state);

-- Who works on a consumer's partition. The epoch rises with each owner; what an earlier one still writes is refused.
CREATE TABLE lanes (
    name          TEXT PRIMARY KEY,
    owner         TEXT,
    epoch         BIGINT NOT NULL DEFAULT 0,
    expires_at    BIGINT NOT NULL DEFAULT 0,
    wanted_by     TEXT,
    position      BIGINT NOT NULL DEFAULT 0,   -- the last position given
    log_position  BIGINT NOT NULL DEFAULT 0    -- in one process: how far it has read events
);

-- What consumers say of themselves when they start; the ledger counts by it.
CREATE TABLE consumers (
    name          TEXT NOT NULL,
    endpoint      TEXT NOT NULL,
    patterns      TEXT NOT NULL,               -- one a line
    since         BIGINT NOT NULL,
    responds      INTEGER NOT NULL DEFAULT 0,  -- 1: it is asked before the sender of such an event is answered
    PRIMARY KEY (name, endpoint)
);

CREATE TABLE endpoints (
    name          TEXT PRIMARY KEY,
    state         TEXT NOT NULL DEFAULT 'enabled',  -- enabled, paused, draining, disabled
    reason        TEXT,
    failing_since BIGINT,                      -- first failure since the last success
    opened_at     BIGINT,                      -- the circuit is open since then
    probe_at      BIGINT,                      -- when one event may try
    next_slot_at  BIGINT NOT NULL DEFAULT 0,   -- MaxRate: when the next one may start
    changed_at    BIGINT NOT NULL
);

CREATE TABLE idempotency (
    scope_key     TEXT PRIMARY KEY,            -- hash of publisher and key
    body_hash     TEXT NOT NULL,
    acceptance    $bytes NOT NULL,             -- what was answered, and how it was stamped
    confirmed     INTEGER NOT NULL,            -- 0: it is not known whether the broker has it
    created_at    BIGINT NOT NULL
);
CREATE INDEX idempotency_by_time ON idempotency (created_at);

CREATE TABLE replays (
    id            TEXT PRIMARY KEY,
    consumer      TEXT NOT NULL,
    endpoint      TEXT NOT NULL,               -- '' is the consumer itself
    filter        TEXT NOT NULL,               -- JSON
    rate          INTEGER NOT NULL,            -- events a second
    state         TEXT NOT NULL,               -- running, paused, canceled, done
    total         BIGINT NOT NULL,
    sent          BIGINT NOT NULL DEFAULT 0,
    last_position BIGINT NOT NULL DEFAULT 0,
    until_position BIGINT NOT NULL,
    owner         TEXT,
    expires_at    BIGINT NOT NULL DEFAULT 0,
    created_at    BIGINT NOT NULL,
    finished_at   BIGINT
);

-- Events whose senders wait for the outcome: what became of them is decided here, once, by whoever comes first.
CREATE TABLE answers (
    event_key     TEXT PRIMARY KEY,
    state         INTEGER NOT NULL,            -- AnswerState
    deadline      BIGINT NOT NULL,
    verdicts      TEXT,                        -- JSON: what the responders had said when it was decided
    decided_at    BIGINT
);
CREATE INDEX answers_by_deadline ON answers (deadline);

-- Written to see whether writing works.
CREATE TABLE probes (
    id            INTEGER PRIMARY KEY,
    filler        $bytes NOT NULL
);
