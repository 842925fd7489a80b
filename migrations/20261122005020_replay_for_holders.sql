-- What came for an asset before anybody held it is looked for once somebody does, until this moment has passed.
ALTER TABLE asset ADD COLUMN replay_until timestamptz;
CREATE INDEX asset_replay ON asset (id) WHERE replay_until IS NOT NULL;
