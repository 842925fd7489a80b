-- Links for people without an account: to connect channels (`connect`), or to see how it goes (`status`). Looking at one
-- changes nothing; starting swaps its secret for a cookie.
CREATE TABLE connect_link (
    advertiser_id    uuid        NOT NULL,
    id               uuid        NOT NULL,
    kind             text        NOT NULL,
    token_hash       bytea       NOT NULL, -- SHA-256 of the secret in the link, which is stored nowhere
    channels         text[]      NOT NULL, -- what is to be connected; empty for a status link
    language         text        NOT NULL,
    recipient_sealed bytea,                -- whom it is mailed to; empty: somebody copied it
    is_trusted       boolean     NOT NULL, -- what is connected by it sends at once
    created_by       uuid,                 -- the member of staff
    created_at       timestamptz NOT NULL,
    expires_at       timestamptz NOT NULL,
    sent_at          timestamptz,          -- when it was last mailed
    opened_at        timestamptz,          -- when somebody first pressed *Start*
    visitor_hash     bytea,                -- SHA-256 of the cookie of the browser that started last
    held             text[]      NOT NULL DEFAULT '{}', -- what its holder found held by another advertiser: `<id> <name>`
    asked_at         timestamptz,          -- when its holder last asked for a new one
    revoked_at       timestamptz,
    CONSTRAINT connect_link_pk PRIMARY KEY (advertiser_id, id),
    CONSTRAINT connect_link_token_once UNIQUE (token_hash),
    CONSTRAINT connect_link_visitor_once UNIQUE (visitor_hash),
    CONSTRAINT connect_link_advertiser_fk FOREIGN KEY (advertiser_id) REFERENCES advertiser (id),
    CONSTRAINT connect_link_kind_known CHECK (kind IN ('connect', 'status')),
    CONSTRAINT connect_link_language_known CHECK (language IN ('en', 'ja')),
    CONSTRAINT connect_link_channels_known CHECK (channels <@ ARRAY['messenger', 'instagram', 'whatsapp']),
    CONSTRAINT connect_link_channels_fit CHECK ((kind = 'connect') = (cardinality(channels) > 0))
);
CALL own_by_advertiser('connect_link', 'advertiser_id', 'SELECT, INSERT, UPDATE');

-- Whoever walks by a link sees the attempts of that link alone.
ALTER TABLE connect_attempt ADD COLUMN link_id uuid;
ALTER TABLE connect_attempt ADD CONSTRAINT connect_attempt_link_fk
    FOREIGN KEY (advertiser_id, link_id) REFERENCES connect_link (advertiser_id, id);
CREATE INDEX connect_attempt_link ON connect_attempt (advertiser_id, link_id, id DESC) WHERE link_id IS NOT NULL;

-- Connected by a link that is not trusted: live events wait until the staff have confirmed the asset by its name.
ALTER TABLE connection ADD COLUMN awaits_confirmation boolean NOT NULL DEFAULT false;

-- What is found before an advertiser is known. Ids only.
CREATE FUNCTION find_connect_link(sought bytea) RETURNS TABLE (advertiser_id uuid, link_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT advertiser_id, id FROM connect_link WHERE token_hash = sought $$;

CREATE FUNCTION find_visitor(sought bytea) RETURNS TABLE (advertiser_id uuid, link_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT advertiser_id, id FROM connect_link WHERE visitor_hash = sought $$;

REVOKE ALL ON FUNCTION find_connect_link(bytea), find_visitor(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_connect_link(bytea), find_visitor(bytea) TO patchbay_partner;
