-- Undoing: disconnecting, moving an asset to another advertiser, erasing people and advertisers; and contacts that are
-- known by more than one identifier.

-- A person on WhatsApp may show a phone number, a business-scoped id, or both: the contact's identity is the second where
-- there is one, and the number finds the contact again where it is missing.
ALTER TABLE contact ADD COLUMN phone_hash bytea;
CREATE INDEX contact_phone ON contact (advertiser_id, asset_id, phone_hash) WHERE phone_hash IS NOT NULL;
GRANT DELETE ON contact TO patchbay_advertiser, patchbay_partner;

-- The ad clicks that a WhatsApp contact came with. The newest is what its events are counted by.
CREATE TABLE contact_click (
    advertiser_id uuid        NOT NULL,
    id            uuid        NOT NULL,
    contact_id    uuid        NOT NULL,
    click_hash    bytea       NOT NULL,
    click_sealed  bytea       NOT NULL, -- the `ctwa_clid`
    ad_id         text,
    at            timestamptz NOT NULL,
    CONSTRAINT contact_click_pk PRIMARY KEY (advertiser_id, id),
    CONSTRAINT contact_click_once UNIQUE (advertiser_id, contact_id, click_hash),
    CONSTRAINT contact_click_contact_fk FOREIGN KEY (advertiser_id, contact_id) REFERENCES contact (advertiser_id, id)
);
CREATE INDEX contact_click_newest ON contact_click (advertiser_id, contact_id, at DESC);
CALL own_by_advertiser('contact_click', 'advertiser_id', 'SELECT, INSERT, UPDATE, DELETE');

ALTER TABLE webhook_message DROP CONSTRAINT webhook_message_kind_known;
ALTER TABLE webhook_message ADD CONSTRAINT webhook_message_kind_known
    CHECK (kind IN ('message', 'postback', 'referral', 'account_update', 'other'));
ALTER TABLE webhook_message DROP CONSTRAINT webhook_message_outcome_known;
ALTER TABLE webhook_message ADD CONSTRAINT webhook_message_outcome_known
    CHECK (outcome IN ('contact', 'echo', 'no_sender', 'unrouted', 'ignored', 'connection'));
GRANT UPDATE ON webhook_message TO patchbay_advertiser, patchbay_partner;
GRANT DELETE ON webhook_delivery TO patchbay_partner;

-- A connection that was cut stays, with its history; logging in again takes it up.
ALTER TABLE connection DROP CONSTRAINT connection_health_known;
ALTER TABLE connection ADD CONSTRAINT connection_health_known
    CHECK (health IN ('disconnected', 'healthy', 'degraded', 'reconnect', 'misconfigured'));
-- What only the advertiser can still remove at Meta; empty unless it is disconnected.
ALTER TABLE connection ADD COLUMN left_at_meta text;
ALTER TABLE connection ADD CONSTRAINT connection_left_at_meta_known
    CHECK (left_at_meta IN ('nothing', 'connected_app', 'business_integration'));

-- An asset that was moved to another advertiser: its history stays here, the asset itself is held there.
ALTER TABLE asset ADD COLUMN moved_at timestamptz;
ALTER TABLE asset DROP CONSTRAINT asset_held_once;
CREATE UNIQUE INDEX asset_held_once ON asset (kind, meta_id) WHERE moved_at IS NULL; -- one advertiser at a time
ALTER TABLE asset ADD CONSTRAINT asset_meta_id_once UNIQUE (advertiser_id, kind, meta_id);

CREATE OR REPLACE FUNCTION find_asset(sought_kind text, sought text) RETURNS TABLE (advertiser_id uuid, asset_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT advertiser_id, id FROM asset WHERE kind = sought_kind AND meta_id = sought AND moved_at IS NULL $$;

-- When Meta said that our app was installed although no code had reached us.
ALTER TABLE connect_attempt ADD COLUMN app_installed_at timestamptz;
GRANT DELETE ON connect_attempt TO patchbay_advertiser, patchbay_partner;

-- What Meta asked us to erase, for the page where a person looks after their request. Names nobody.
CREATE TABLE deletion_request (
    id          uuid        NOT NULL,
    code        text        NOT NULL, -- random; whoever holds it may see how the request stands
    kind        text        NOT NULL,
    received_at timestamptz NOT NULL,
    finished_at timestamptz,
    logins      integer     NOT NULL DEFAULT 0, -- how many logins of that person were erased
    CONSTRAINT deletion_request_pk PRIMARY KEY (id),
    CONSTRAINT deletion_request_code_once UNIQUE (code),
    CONSTRAINT deletion_request_kind_known CHECK (kind IN ('deauthorize', 'data_deletion'))
);
GRANT SELECT, INSERT, UPDATE ON deletion_request TO patchbay_partner;

-- Erasing an advertiser takes many steps; one that was cut short is taken up again.
ALTER TABLE advertiser ADD COLUMN erasing_at timestamptz;

-- Erases up to `most` rows of every table that the advertiser owns, whatever tables there are; answers how many went. Once
-- none is left the advertiser goes too. The audit stays: it names no person.
CREATE FUNCTION erase_advertiser(gone uuid, most integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    part    record;
    deleted bigint;
    total   bigint := 0;
BEGIN
    IF NOT EXISTS (SELECT FROM advertiser WHERE id = gone AND erasing_at IS NOT NULL) THEN
        RAISE EXCEPTION 'only an advertiser that is marked for it is erased';
    END IF;
    FOR part IN
        SELECT owned.relname AS parent, coalesce(leaf.relid, owned.oid)::regclass AS leaf
        FROM pg_class AS owned
        JOIN pg_policy ON polrelid = owned.oid AND polname = 'advertiser'
        JOIN pg_attribute ON attrelid = owned.oid AND attname = 'advertiser_id' AND NOT attisdropped
        LEFT JOIN LATERAL pg_partition_tree(owned.oid) AS leaf ON leaf.isleaf
        WHERE owned.relnamespace = 'public'::regnamespace AND owned.relname <> 'audit'
          AND (owned.relkind = 'r' OR leaf.relid IS NOT NULL)
        ORDER BY owned.relname
    LOOP
        BEGIN
            IF part.parent = 'webhook_message' THEN
                -- With it goes what Meta sent, byte for byte.
                EXECUTE format(
                    'WITH said AS (DELETE FROM %1$s WHERE ctid = ANY (ARRAY(
                                       SELECT ctid FROM %1$s WHERE advertiser_id = $1 LIMIT $2)) RETURNING delivery_id),
                          bodies AS (DELETE FROM webhook_delivery WHERE id IN (SELECT delivery_id FROM said))
                     SELECT count(*) FROM said', part.leaf)
                INTO deleted USING gone, most;
            ELSE
                EXECUTE format(
                    'DELETE FROM %1$s WHERE ctid = ANY (ARRAY(SELECT ctid FROM %1$s WHERE advertiser_id = $1 LIMIT $2))',
                    part.leaf)
                USING gone, most;
                GET DIAGNOSTICS deleted = ROW_COUNT;
            END IF;
            total := total + deleted;
        EXCEPTION WHEN foreign_key_violation THEN
            NULL; -- what hangs on it goes first
        END;
    END LOOP;
    IF total = 0 THEN
        DELETE FROM advertiser WHERE id = gone;
    END IF;
    RETURN total;
END
$$;
REVOKE ALL ON FUNCTION erase_advertiser(uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_advertiser(uuid, integer) TO patchbay_partner;
