-- Advertisers and how each is connected: the token, the asset, its dataset, and the attempts that led there.
CREATE TABLE advertiser (
    id                 uuid        NOT NULL,
    name               text        NOT NULL,
    language           text        NOT NULL,
    time_zone          text        NOT NULL, -- IANA name
    reference          text        NOT NULL, -- the partner's own id for it, or empty
    unconfirmed_policy text        NOT NULL DEFAULT 'hold',
    created_at         timestamptz NOT NULL,
    archived_at        timestamptz,
    CONSTRAINT advertiser_pk PRIMARY KEY (id),
    CONSTRAINT advertiser_language_known CHECK (language IN ('en', 'ja')),
    CONSTRAINT advertiser_policy_known CHECK (unconfirmed_policy IN ('hold', 'resend'))
);
CREATE UNIQUE INDEX advertiser_name_once ON advertiser (lower(name)) WHERE archived_at IS NULL;
CREATE INDEX advertiser_newest ON advertiser (id DESC);
CALL own_by_advertiser('advertiser', 'id', 'SELECT, INSERT, UPDATE');

CREATE TABLE credential (
    advertiser_id          uuid        NOT NULL,
    id                     uuid        NOT NULL,
    kind                   text        NOT NULL, -- as /debug_token names it
    token_sealed           bytea,                -- empty once the connection is cut
    person_id              text        NOT NULL, -- app-scoped id of who logged in
    person_name_sealed     bytea       NOT NULL,
    scopes                 text[]      NOT NULL,
    expires_at             timestamptz,          -- empty: never
    data_access_expires_at timestamptz,
    state                  text        NOT NULL,
    created_at             timestamptz NOT NULL,
    CONSTRAINT credential_pk PRIMARY KEY (advertiser_id, id),
    CONSTRAINT credential_advertiser_fk FOREIGN KEY (advertiser_id) REFERENCES advertiser (id),
    CONSTRAINT credential_kind_known CHECK (kind IN ('user', 'system_user', 'page')),
    CONSTRAINT credential_state_known CHECK (state IN ('valid', 'dead'))
);
CALL own_by_advertiser('credential', 'advertiser_id', 'SELECT, INSERT, UPDATE');

-- One way in, walked step by step; what it has reached stays, so it can be resumed.
CREATE TABLE connect_attempt (
    advertiser_id uuid        NOT NULL,
    id            uuid        NOT NULL,
    channel       text        NOT NULL,
    way           text        NOT NULL,
    step          text        NOT NULL,
    failed_at     text,                   -- the step that could not be reached
    failure       text,                   -- why
    failure_detail jsonb      NOT NULL DEFAULT '{}', -- Meta's code, missing scopes: never a token or a person
    state_hash    bytea       NOT NULL,   -- SHA-256 of the OAuth state
    browser_hash  bytea       NOT NULL,   -- SHA-256 of the cookie of the browser that started it
    redirect_uri  text        NOT NULL,
    started_by    uuid,                   -- the member of staff; empty: nobody of the staff
    credential_id uuid,
    asset_ids     uuid[]      NOT NULL DEFAULT '{}',
    datasets_created uuid[]   NOT NULL DEFAULT '{}', -- those that did not exist before
    released      bigint      NOT NULL DEFAULT 0,    -- parked events that its end sent on their way
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    CONSTRAINT connect_attempt_pk PRIMARY KEY (advertiser_id, id),
    CONSTRAINT connect_attempt_state_once UNIQUE (state_hash),
    CONSTRAINT connect_attempt_advertiser_fk FOREIGN KEY (advertiser_id) REFERENCES advertiser (id),
    CONSTRAINT connect_attempt_credential_fk FOREIGN KEY (advertiser_id, credential_id) REFERENCES credential (advertiser_id, id),
    CONSTRAINT connect_attempt_way_known CHECK (way IN ('facebook_login')),
    CONSTRAINT connect_attempt_channel_known CHECK (channel IN ('messenger', 'instagram', 'whatsapp')),
    CONSTRAINT connect_attempt_step_known CHECK (step IN ('created', 'opened', 'consented', 'exchanged', 'verified',
        'assets_chosen', 'dataset_ready', 'webhooks_subscribed', 'done', 'failed'))
);
CALL own_by_advertiser('connect_attempt', 'advertiser_id', 'SELECT, INSERT, UPDATE');

CREATE TABLE dataset (
    advertiser_id uuid        NOT NULL,
    id            uuid        NOT NULL,
    meta_id       text        NOT NULL,
    name          text        NOT NULL,
    kind          text        NOT NULL,
    was_created   boolean     NOT NULL, -- false: it existed and was linked
    created_at    timestamptz NOT NULL,
    CONSTRAINT dataset_pk PRIMARY KEY (advertiser_id, id),
    CONSTRAINT dataset_meta_id_once UNIQUE (advertiser_id, meta_id),
    CONSTRAINT dataset_advertiser_fk FOREIGN KEY (advertiser_id) REFERENCES advertiser (id),
    CONSTRAINT dataset_kind_known CHECK (kind IN ('page', 'instagram', 'waba', 'page_linked_whatsapp'))
);
CALL own_by_advertiser('dataset', 'advertiser_id', 'SELECT, INSERT, UPDATE');

CREATE TABLE asset (
    advertiser_id uuid        NOT NULL,
    id            uuid        NOT NULL,
    kind          text        NOT NULL,
    meta_id       text        NOT NULL,
    name          text        NOT NULL,
    business_name text        NOT NULL, -- empty: owned by no business, its dataset is hidden from the advertiser
    tasks         text[]      NOT NULL,
    token_sealed  bytea,                -- the Page's own token
    dataset_id    uuid,
    created_at    timestamptz NOT NULL,
    CONSTRAINT asset_pk PRIMARY KEY (advertiser_id, id),
    CONSTRAINT asset_held_once UNIQUE (kind, meta_id), -- one advertiser at a time
    CONSTRAINT asset_advertiser_fk FOREIGN KEY (advertiser_id) REFERENCES advertiser (id),
    CONSTRAINT asset_dataset_fk FOREIGN KEY (advertiser_id, dataset_id) REFERENCES dataset (advertiser_id, id),
    CONSTRAINT asset_kind_known CHECK (kind IN ('page', 'instagram_account', 'waba', 'phone_number'))
);
CALL own_by_advertiser('asset', 'advertiser_id', 'SELECT, INSERT, UPDATE');

CREATE TABLE connection (
    advertiser_id    uuid        NOT NULL,
    id               uuid        NOT NULL,
    channel          text        NOT NULL,
    asset_id         uuid        NOT NULL,
    credential_id    uuid        NOT NULL,
    health           text        NOT NULL,
    cause            text,                 -- key of the error catalogue, while not healthy
    health_since     timestamptz NOT NULL,
    webhook_fields   text[]      NOT NULL,
    last_inbound_at  timestamptz,
    last_accepted_at timestamptz,
    business_id      text,                 -- whom Meta counts its calls against, as usage headers said last
    created_at       timestamptz NOT NULL,
    CONSTRAINT connection_pk PRIMARY KEY (advertiser_id, id),
    CONSTRAINT connection_asset_once UNIQUE (advertiser_id, asset_id, channel),
    CONSTRAINT connection_asset_fk FOREIGN KEY (advertiser_id, asset_id) REFERENCES asset (advertiser_id, id),
    CONSTRAINT connection_credential_fk FOREIGN KEY (advertiser_id, credential_id) REFERENCES credential (advertiser_id, id),
    CONSTRAINT connection_channel_known CHECK (channel IN ('messenger', 'instagram', 'whatsapp')),
    CONSTRAINT connection_health_known CHECK (health IN ('healthy', 'degraded', 'reconnect', 'misconfigured'))
);
CALL own_by_advertiser('connection', 'advertiser_id', 'SELECT, INSERT, UPDATE');

-- Someone who wrote to an asset. The identifier itself is sealed; the keyed hash finds it again.
CREATE TABLE contact (
    advertiser_id uuid        NOT NULL,
    id            uuid        NOT NULL,
    asset_id      uuid        NOT NULL,
    channel       text        NOT NULL,
    identity_hash bytea       NOT NULL,
    identity_sealed bytea     NOT NULL,
    hint          text        NOT NULL, -- the identifier's last four characters
    ad_id         text,                 -- the newest ad referral
    ad_at         timestamptz,          -- when it came: webhooks arrive in any order
    first_seen_at timestamptz NOT NULL,
    last_seen_at  timestamptz NOT NULL,
    messages      bigint      NOT NULL,
    CONSTRAINT contact_pk PRIMARY KEY (advertiser_id, id),
    CONSTRAINT contact_identity_once UNIQUE (advertiser_id, asset_id, identity_hash),
    CONSTRAINT contact_asset_fk FOREIGN KEY (advertiser_id, asset_id) REFERENCES asset (advertiser_id, id),
    CONSTRAINT contact_channel_known CHECK (channel IN ('messenger', 'instagram', 'whatsapp'))
);
CREATE INDEX contact_recent ON contact (advertiser_id, asset_id, last_seen_at DESC);
CALL own_by_advertiser('contact', 'advertiser_id', 'SELECT, INSERT, UPDATE');

-- What is found before an advertiser is known. Ids only.
CREATE FUNCTION find_connect_attempt(sought bytea) RETURNS TABLE (advertiser_id uuid, attempt_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT advertiser_id, id FROM connect_attempt WHERE state_hash = sought $$;

CREATE FUNCTION find_asset(sought_kind text, sought text) RETURNS TABLE (advertiser_id uuid, asset_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT advertiser_id, id FROM asset WHERE kind = sought_kind AND meta_id = sought $$;

REVOKE ALL ON FUNCTION find_connect_attempt(bytea), find_asset(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_connect_attempt(bytea), find_asset(text, text) TO patchbay_partner;
