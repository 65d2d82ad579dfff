-- Endpoints that operators have added at run time, beside those of the configuration.
CREATE TABLE endpoint_settings (
    name            TEXT PRIMARY KEY,
    settings        TEXT NOT NULL,               -- JSON: the settings of docs/deploy.md by their keys, without the secret
    secret          TEXT,                        -- deliveries are signed with it; never shown again
    previous_secret TEXT,                        -- they are signed with this one too
    previous_until  BIGINT NOT NULL DEFAULT 0,   -- until then
    changed_at      BIGINT NOT NULL
);
