-- What operators find runs of workflows by, and events the runs that wait for them; the run itself is a record of the kind 'workflow-run' with the same key.
CREATE TABLE workflow_runs (
    id            $identity,
    key           TEXT NOT NULL UNIQUE,        -- hash of the workflow's name and of the event that started it
    workflow      TEXT NOT NULL,
    definition    TEXT NOT NULL,               -- workflow_definitions
    status        TEXT NOT NULL,               -- running, waiting, completed, failed, canceled
    tenant        TEXT,
    source        TEXT NOT NULL,
    subject       TEXT,
    started_at    BIGINT NOT NULL,
    ended_at      BIGINT,                      -- null while anything can follow, also of a step that failed and can be tried again
    sent_to       TEXT,                        -- the endpoint whose delivery it waits for
    sent_key      TEXT,                        -- the event_key of that delivery
    sent_state    INTEGER                      -- the DeliveryState that the run knows
);
CREATE INDEX workflow_runs_open ON workflow_runs (subject) WHERE ended_at IS NULL;
CREATE INDEX workflow_runs_sending ON workflow_runs (sent_key) WHERE sent_key IS NOT NULL;
CREATE INDEX workflow_runs_by_workflow ON workflow_runs (workflow, id);

-- The definitions that runs have begun with.
CREATE TABLE workflow_definitions (
    hash          TEXT PRIMARY KEY,
    workflow      TEXT NOT NULL,
    body          TEXT NOT NULL,               -- JSON
    used_at       BIGINT NOT NULL              -- when a run began with it last
);
