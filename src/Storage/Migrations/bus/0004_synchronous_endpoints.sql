-- The endpoint that is called once all who judge have accepted, and whose answer decides; null where there is none.
ALTER TABLE answers ADD COLUMN caller TEXT;

-- The tenant that an endpoint is for; null: every one. In responds, 2: it is called last, and its answer decides.
ALTER TABLE consumers ADD COLUMN tenant TEXT;
