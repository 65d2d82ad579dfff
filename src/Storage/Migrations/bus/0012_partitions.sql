-- How many queues a consumer has declared on the broker; 0: it has not said so yet, or has none. Only in the row of the consumer itself.
ALTER TABLE consumers ADD COLUMN partitions INTEGER NOT NULL DEFAULT 0;
