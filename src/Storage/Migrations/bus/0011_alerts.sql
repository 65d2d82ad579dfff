-- Processes that run, as they say of themselves every two seconds. A process that stops takes its row away; one that ends otherwise leaves it.
CREATE TABLE hosts (
    name          TEXT PRIMARY KEY,            -- EventBus:Host:Name
    service       TEXT NOT NULL,
    started_at    BIGINT NOT NULL,
    seen_at       BIGINT NOT NULL,             -- by the database's clock
    broker        INTEGER NOT NULL,            -- 1: it needs the broker
    broker_away_since BIGINT,                  -- null: it reaches the broker
    spool_waiting BIGINT,                      -- accepted events that wait for the broker; null where there is no spool
    spool_since   BIGINT,
    spool_bytes   BIGINT,
    spool_max_bytes BIGINT
);

-- What is wrong, or was: a row from the time at which it is raised until it is resolved, once for each time that it goes wrong. Times are by the database's clock.
CREATE TABLE alerts (
    id            $identity,
    cause         TEXT NOT NULL,               -- kind, and what it is about: endpoint-failing/warehouse
    kind          TEXT NOT NULL,
    severity      TEXT NOT NULL,               -- warning, critical
    text          TEXT NOT NULL,               -- in plain words, without data
    since         BIGINT NOT NULL,             -- when it began
    raised_at     BIGINT NOT NULL,
    seen_at       BIGINT NOT NULL,             -- when it was last so
    resolved_at   BIGINT,
    acknowledged_by TEXT,
    acknowledged_at BIGINT,
    snoozed_until BIGINT
);
CREATE UNIQUE INDEX alerts_open ON alerts (cause) WHERE resolved_at IS NULL;
CREATE INDEX alerts_resolved ON alerts (cause, resolved_at) WHERE resolved_at IS NOT NULL;

-- What somebody is to be told of an alert; written with the change that it tells of, and tried until it is taken.
CREATE TABLE alert_notifications (
    id            $identity,
    alert         BIGINT NOT NULL,
    transition    TEXT NOT NULL,               -- raised, reminded, resolved
    channel       TEXT NOT NULL,               -- webhook, mail
    attempts      INTEGER NOT NULL DEFAULT 0,
    due_at        BIGINT NOT NULL,             -- not before; while one is sent, when another may try
    sent_at       BIGINT,
    error         TEXT                         -- why it was not taken the last time
);
CREATE INDEX alert_notifications_by_alert ON alert_notifications (alert, channel);
CREATE INDEX alert_notifications_due ON alert_notifications (channel, due_at) WHERE sent_at IS NULL;

-- However much is archived, what is unrouted is counted at once.
CREATE INDEX events_unrouted ON events (accepted_at) WHERE unrouted = 1;
