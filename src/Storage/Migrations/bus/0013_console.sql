-- Keys of publishers that operators make, beside those in gateways' settings. Rows stay, so that a gateway that has had keys never takes events from everybody again.
CREATE TABLE keys (
    name          TEXT PRIMARY KEY,
    hash          TEXT NOT NULL UNIQUE,
    previous_hash TEXT,                        -- what it was before it was rotated
    previous_until BIGINT NOT NULL DEFAULT 0,  -- that counts so long
    sources       TEXT NOT NULL,               -- one a line
    tenant        TEXT,
    created_at    BIGINT NOT NULL,
    rotated_at    BIGINT,
    revoked_at    BIGINT,                      -- it counts no more
    used_at       BIGINT                       -- to the minute
);

-- What operators say of dead letters with one cause.
CREATE TABLE failure_marks (
    cause_group   TEXT PRIMARY KEY,
    note          TEXT,
    assigned_to   TEXT,                        -- an account
    silenced_until BIGINT,                     -- silent so long
    silenced_at   BIGINT,                      -- silent while no more than so many wait for a decision
    changed_by    TEXT NOT NULL,
    changed_at    BIGINT NOT NULL
);
CREATE INDEX dead_letters_by_time ON dead_letters (died_at, cause_group);

-- What went from where to where in each minute. Accepted events: from a source to a family (consumer ''); attempts: from a family to a consumer and its endpoint (source '').
CREATE TABLE flow_minutes (
    minute        BIGINT NOT NULL,             -- its beginning; events by when they were archived, attempts by when they began
    source        TEXT NOT NULL,
    family        TEXT NOT NULL,
    consumer      TEXT NOT NULL,
    endpoint      TEXT NOT NULL,
    succeeded     BIGINT NOT NULL,
    failed        BIGINT NOT NULL,
    PRIMARY KEY (minute, source, family, consumer, endpoint)
);

-- How far that is counted: each event and attempt once.
CREATE TABLE flow_counted (
    id            INTEGER PRIMARY KEY,
    position      BIGINT NOT NULL,             -- of events
    attempt       BIGINT NOT NULL,
    counted_at    BIGINT NOT NULL              -- what had come by then is counted
);
INSERT INTO flow_counted (id, position, attempt, counted_at) SELECT 1, (SELECT coalesce(max(position), 0) FROM events), (SELECT coalesce(max(id), 0) FROM attempts), 0;

CREATE INDEX records_by_kind ON records (kind, updated_at, key);
CREATE INDEX workflow_runs_by_status ON workflow_runs (status, id);
CREATE INDEX workflow_runs_by_subject ON workflow_runs (subject, id);
