-- Accepted events that wait for the broker, in the order of acceptance.
CREATE TABLE spool (
    position      $identity,
    accepted_at   BIGINT NOT NULL,
    body          $bytes NOT NULL
);
-- This gateway's name and the last sequence it has reserved.
CREATE TABLE gateway (
    name          TEXT PRIMARY KEY,
    last_sequence BIGINT NOT NULL
);

-- Written to see whether writing works.
CREATE TABLE probes (
    id            INTEGER PRIMARY KEY,
    filler        $bytes NOT NULL
);
