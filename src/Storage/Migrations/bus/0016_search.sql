-- Searches go back in time: however much is archived, a page reads so much and no more.
DROP INDEX events_by_type;
DROP INDEX events_by_subject;
DROP INDEX events_by_acceptance;
CREATE INDEX events_by_type ON events (type, accepted_at, position);
CREATE INDEX events_by_subject ON events (subject, accepted_at, position);
CREATE INDEX events_by_acceptance ON events (accepted_at, position);

-- What replays of an event became.
CREATE INDEX deliveries_replayed ON deliveries (event_id) WHERE replay IS NOT NULL;
