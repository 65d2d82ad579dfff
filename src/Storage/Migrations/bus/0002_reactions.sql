-- What consumers know of the things that their events are about: a command, an appointment, a hospitalization.
CREATE TABLE records (
    kind          TEXT NOT NULL,
    key           TEXT NOT NULL,               -- hash of tenant, source and the thing's own id
    state         TEXT,                        -- JSON; null while there are only entries
    updated_at    BIGINT NOT NULL,
    PRIMARY KEY (kind, key)
);
CREATE INDEX records_by_age ON records (updated_at);

-- What happened to such a thing, each event once.
CREATE TABLE record_entries (
    kind          TEXT NOT NULL,
    key           TEXT NOT NULL,
    entry         TEXT NOT NULL,               -- hash of what the event is known by, however often it comes
    at            BIGINT NOT NULL,             -- when it was accepted; with gateway and sequence, the order
    gateway       TEXT NOT NULL,
    sequence      BIGINT NOT NULL,
    body          TEXT NOT NULL,               -- JSON
    PRIMARY KEY (kind, key, entry)
);

CREATE TABLE timers (
    kind          TEXT NOT NULL,
    key           TEXT NOT NULL,
    name          TEXT NOT NULL,
    due_at        BIGINT NOT NULL,
    PRIMARY KEY (kind, key, name)
);
CREATE INDEX timers_due ON timers (kind, due_at);

-- Events that consumers publish, stored with what they follow from; deleted when they are published.
CREATE TABLE outbox (
    id            $identity,
    body          $bytes NOT NULL
);
