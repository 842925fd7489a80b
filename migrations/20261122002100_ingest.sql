-- Events from outside: who sent them, and what was seen before.

ALTER TABLE event DROP CONSTRAINT event_source_known;
ALTER TABLE event ADD CONSTRAINT event_source_known CHECK (source IN ('studio', 'ingest', 'api', 'csv'));
ALTER TABLE event
    ADD COLUMN api_key_id uuid,    -- the key that it came with
    ADD COLUMN dedup_key bytea,    -- what tells it from any other; carried by whatever sends it again
    ADD COLUMN duplicate_of uuid;  -- the event that came first
ALTER TABLE event ADD CONSTRAINT event_duplicate_has_first CHECK (duplicate_of IS NULL OR state = 'duplicate');

-- What has been accepted within 35 days: the first event of each key holds it. Not partitioned, since it is unique across
-- all time, and no foreign key to the event, whose partition may be dropped first.
CREATE TABLE dedup_key (
    advertiser_id uuid        NOT NULL,
    key           bytea       NOT NULL, -- keyed hash of dataset, test code, event name and what identifies the event
    event_id      uuid        NOT NULL,
    at            timestamptz NOT NULL,
    CONSTRAINT dedup_key_pk PRIMARY KEY (advertiser_id, key)
);
CREATE INDEX dedup_key_age ON dedup_key (at);
CALL own_by_advertiser('dedup_key', 'advertiser_id', 'SELECT, INSERT, DELETE');

-- An event that never counted gives its key back in the same transaction, so that a corrected one may take it.
CREATE FUNCTION free_dedup_key() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM dedup_key WHERE advertiser_id = NEW.advertiser_id AND key = NEW.dedup_key AND event_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER event_frees_dedup_key AFTER UPDATE OF state ON event
    FOR EACH ROW WHEN (NEW.state IN ('rejected', 'expired') AND NEW.dedup_key IS NOT NULL)
    EXECUTE FUNCTION free_dedup_key();

-- A duplicate never moves, so it is counted when it is written.
CREATE FUNCTION note_duplicate() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO event_hour_change (advertiser_id, hour, channel, name, state, count)
    VALUES (NEW.advertiser_id, date_trunc('hour', NEW.accepted_at, 'UTC'), NEW.channel, NEW.name, NEW.state, 1);
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION note_duplicate() FROM PUBLIC;
CREATE TRIGGER event_duplicate_noted AFTER INSERT ON event
    FOR EACH ROW WHEN (NEW.state = 'duplicate') EXECUTE FUNCTION note_duplicate();

-- Where events go is asked by Meta's id of the dataset, and a person on WhatsApp by their click.
CREATE INDEX dataset_meta_id ON dataset (meta_id);
CREATE INDEX contact_click_hash ON contact_click (advertiser_id, click_hash);
