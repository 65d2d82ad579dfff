-- Events that have failed and wait for another attempt: what waits behind them is not read when a lane begins.
CREATE INDEX deliveries_held ON deliveries (lane, endpoint, subject_key, position) WHERE state = 0 AND due_at > 0;
