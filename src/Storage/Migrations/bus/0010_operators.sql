-- Who may see and do what, in the Console.
CREATE TABLE users (
    name          TEXT PRIMARY KEY,
    password      TEXT NOT NULL,               -- hash, by ASP.NET Core's PasswordHasher
    role          TEXT NOT NULL,               -- viewer, operator, admin
    payloads      INTEGER NOT NULL,            -- 1: may see payloads and subjects, with a reason
    disabled      INTEGER NOT NULL DEFAULT 0,
    failures      INTEGER NOT NULL DEFAULT 0,  -- wrong passwords since the last right one
    locked_until  BIGINT NOT NULL DEFAULT 0,
    created_at    BIGINT NOT NULL
);

CREATE TABLE user_sessions (
    id            TEXT PRIMARY KEY,            -- hash of the cookie
    user_name     TEXT NOT NULL,
    created_at    BIGINT NOT NULL,
    used_at       BIGINT NOT NULL
);

-- One-time links by which the first admin makes an account.
CREATE TABLE invitations (
    id            TEXT PRIMARY KEY,            -- hash of the link's token
    expires_at    BIGINT NOT NULL
);

-- Payloads that a session may see for a moment.
CREATE TABLE reveals (
    session       TEXT NOT NULL,
    event_key     TEXT NOT NULL,
    expires_at    BIGINT NOT NULL,
    PRIMARY KEY (session, event_key)
);

-- Keys that forms are protected with (ASP.NET Core's data protection).
CREATE TABLE form_keys (
    name          TEXT PRIMARY KEY,
    xml           TEXT NOT NULL
);

-- Who did or saw what. Rows are only ever added; each holds the hash of the one before.
CREATE TABLE audit (
    number        BIGINT PRIMARY KEY,          -- from 1, without a gap
    at            BIGINT NOT NULL,
    actor         TEXT NOT NULL,
    face          TEXT NOT NULL,               -- console, cli
    action        TEXT NOT NULL,
    target        TEXT NOT NULL,
    count         BIGINT NOT NULL,
    reason        TEXT,
    previous      TEXT NOT NULL,
    hash          TEXT NOT NULL
);

-- The end of the chain; who adds to it holds this row.
CREATE TABLE audit_head (
    id            INTEGER PRIMARY KEY,
    number        BIGINT NOT NULL,
    hash          TEXT NOT NULL
);
INSERT INTO audit_head (id, number, hash) VALUES (1, 0, '');

-- What happened in each minute, for charts.
CREATE TABLE minutes (
    minute        BIGINT PRIMARY KEY,          -- its beginning, in milliseconds since 1970-01-01 UTC
    accepted      BIGINT NOT NULL,
    succeeded     BIGINT NOT NULL,             -- attempts, at consumers and endpoints
    failed        BIGINT NOT NULL,
    waiting       BIGINT NOT NULL              -- the most that waited
);

-- The ledger as it was counted last.
CREATE TABLE ledger_entries (
    consumer      TEXT NOT NULL,
    endpoint      TEXT NOT NULL,
    accepted      BIGINT NOT NULL,
    difference    BIGINT NOT NULL,
    counted_at    BIGINT NOT NULL,
    PRIMARY KEY (consumer, endpoint)
);

CREATE INDEX dead_letters_by_cause ON dead_letters (cause_group, delivery);
CREATE INDEX dead_letters_by_event ON dead_letters (event_key);
