-- API keys: what the partner's own backend, and an advertiser's, sends events with. A key without an advertiser reaches
-- all of them.
CREATE TABLE api_key (
    advertiser_id uuid,                 -- empty: the partner's own
    id            uuid        NOT NULL,
    name          text        NOT NULL,
    hint          text        NOT NULL, -- how the key begins
    token_hash    bytea       NOT NULL, -- SHA-256 of the key, which is stored nowhere
    scopes        text[]      NOT NULL,
    created_by    uuid,                 -- the person; empty: a command at the server
    created_at    timestamptz NOT NULL,
    expires_at    timestamptz,          -- empty: never
    last_used_at  timestamptz,          -- to the minute
    replaced_by   uuid,                 -- the key that took its place
    revoked_at    timestamptz,
    CONSTRAINT api_key_pk PRIMARY KEY (id),
    CONSTRAINT api_key_token_once UNIQUE (token_hash),
    CONSTRAINT api_key_advertiser_fk FOREIGN KEY (advertiser_id) REFERENCES advertiser (id),
    CONSTRAINT api_key_scopes_known CHECK (scopes <@ ARRAY['events:write', 'events:read', 'connections:read', 'webhooks:write']
                                           AND cardinality(scopes) > 0)
);
CREATE INDEX api_key_newest ON api_key (advertiser_id, id DESC);
CALL own_by_advertiser('api_key', 'advertiser_id', 'SELECT, INSERT, UPDATE');

-- What is found before an advertiser is known. Ids only.
CREATE FUNCTION find_api_key(sought bytea) RETURNS TABLE (advertiser_id uuid, key_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT advertiser_id, id FROM api_key WHERE token_hash = sought $$;
REVOKE ALL ON FUNCTION find_api_key(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_api_key(bytea) TO patchbay_partner;

ALTER TABLE audit DROP CONSTRAINT audit_actor_known;
ALTER TABLE audit ADD CONSTRAINT audit_actor_known
    CHECK (actor_kind IN ('staff', 'person', 'system', 'visitor', 'command', 'key'));
