-- Partner staff, their sessions and what everybody did.
CREATE TABLE staff (
    id            uuid        NOT NULL,
    email         text        NOT NULL,
    name          text        NOT NULL,
    role          text        NOT NULL,
    password_hash text        NOT NULL, -- Argon2id, PHC string
    language      text        NOT NULL,
    disabled_at   timestamptz,
    created_at    timestamptz NOT NULL,
    CONSTRAINT staff_pk PRIMARY KEY (id),
    CONSTRAINT staff_email_once UNIQUE (email),
    CONSTRAINT staff_email_lower CHECK (email = lower(email)),
    CONSTRAINT staff_role_known CHECK (role IN ('owner', 'operator', 'support', 'auditor')),
    CONSTRAINT staff_language_known CHECK (language IN ('en', 'ja'))
);

CREATE TABLE session (
    id           uuid        NOT NULL,
    staff_id     uuid        NOT NULL,
    token_hash   bytea       NOT NULL, -- SHA-256 of the cookie's value, which is stored nowhere
    user_agent   text        NOT NULL,
    created_at   timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    revoked_at   timestamptz,
    CONSTRAINT session_pk PRIMARY KEY (id),
    CONSTRAINT session_token_once UNIQUE (token_hash),
    CONSTRAINT session_staff_fk FOREIGN KEY (staff_id) REFERENCES staff (id)
);
CREATE INDEX session_staff ON session (staff_id, id DESC);

-- Failed sign-ins of the last minutes, by what is throttled.
CREATE TABLE sign_in_failure (
    id         uuid        NOT NULL,
    subject    bytea       NOT NULL, -- SHA-256 of the email or of the address
    at         timestamptz NOT NULL,
    CONSTRAINT sign_in_failure_pk PRIMARY KEY (id)
);
CREATE INDEX sign_in_failure_subject ON sign_in_failure (subject, at);

GRANT SELECT, INSERT, UPDATE ON staff, session TO patchbay_partner;
GRANT SELECT, INSERT, DELETE ON sign_in_failure TO patchbay_partner;

-- Append-only: nobody who serves may change or delete a row.
CREATE TABLE audit (
    id            uuid        NOT NULL,
    advertiser_id uuid,                 -- empty for what concerns the partner alone
    at            timestamptz NOT NULL,
    actor_kind    text        NOT NULL,
    actor_id      uuid,
    action        text        NOT NULL,
    object_id     text        NOT NULL,
    request_id    text,
    detail        jsonb       NOT NULL, -- field names and ids, never a personal value
    CONSTRAINT audit_pk PRIMARY KEY (id),
    CONSTRAINT audit_actor_known CHECK (actor_kind IN ('staff', 'system', 'visitor', 'command'))
);
CREATE INDEX audit_advertiser ON audit (advertiser_id, id DESC);
CALL own_by_advertiser('audit', 'advertiser_id', 'SELECT, INSERT');

-- What is found before anybody is known: the session behind a cookie. Ids only.
CREATE FUNCTION find_session(sought bytea) RETURNS TABLE (session_id uuid, staff_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT id, staff_id FROM session WHERE token_hash = sought $$;
REVOKE ALL ON FUNCTION find_session(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_session(bytea) TO patchbay_partner;

-- One row in the database of a demo, none in a real one.
CREATE TABLE demo (
    only_one   boolean     NOT NULL DEFAULT true,
    started_at timestamptz NOT NULL,
    seeded_at  timestamptz,
    CONSTRAINT demo_pk PRIMARY KEY (only_one),
    CONSTRAINT demo_only_one CHECK (only_one)
);
GRANT SELECT, INSERT, UPDATE ON demo TO patchbay_partner;
