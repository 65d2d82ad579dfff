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
