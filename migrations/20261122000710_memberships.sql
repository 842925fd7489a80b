-- One notion of a person: who signs in. The partner's staff has a role of its own; an advertiser's people have one for
-- each advertiser, by invitation.
ALTER TABLE staff RENAME TO person;
ALTER TABLE person RENAME CONSTRAINT staff_pk TO person_pk;
ALTER TABLE person RENAME CONSTRAINT staff_email_once TO person_email_once;
ALTER TABLE person RENAME CONSTRAINT staff_email_lower TO person_email_lower;
ALTER TABLE person RENAME CONSTRAINT staff_role_known TO person_role_known;
ALTER TABLE person RENAME CONSTRAINT staff_language_known TO person_language_known;
ALTER TABLE person ADD COLUMN time_zone text NOT NULL DEFAULT 'UTC'; -- of what belongs to no advertiser
ALTER TABLE person ALTER COLUMN role DROP NOT NULL; -- null: not one of the partner's staff
CREATE INDEX person_staff ON person (id) WHERE role IS NOT NULL;

ALTER TABLE session RENAME COLUMN staff_id TO person_id;
ALTER TABLE session RENAME CONSTRAINT session_staff_fk TO session_person_fk;
ALTER INDEX session_staff RENAME TO session_person;
ALTER TABLE session ADD COLUMN looks_at uuid; -- which of its advertisers the person looks at

DROP FUNCTION find_session(bytea);
CREATE FUNCTION find_session(sought bytea) RETURNS TABLE (session_id uuid, person_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT id, person_id FROM session WHERE token_hash = sought $$;
REVOKE ALL ON FUNCTION find_session(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_session(bytea) TO patchbay_partner;

CREATE TABLE membership (
    advertiser_id uuid        NOT NULL,
    person_id     uuid        NOT NULL,
    role          text        NOT NULL,
    created_at    timestamptz NOT NULL,
    CONSTRAINT membership_pk PRIMARY KEY (advertiser_id, person_id),
    CONSTRAINT membership_advertiser_fk FOREIGN KEY (advertiser_id) REFERENCES advertiser (id),
    CONSTRAINT membership_person_fk FOREIGN KEY (person_id) REFERENCES person (id),
    CONSTRAINT membership_role_known CHECK (role IN ('advertiser_admin', 'advertiser_viewer'))
);
CREATE INDEX membership_person ON membership (person_id);
CALL own_by_advertiser('membership', 'advertiser_id', 'SELECT, INSERT, UPDATE, DELETE');

CREATE TABLE invitation (
    id            uuid        NOT NULL,
    advertiser_id uuid,                 -- empty: to the partner's staff
    email         text        NOT NULL,
    role          text        NOT NULL,
    language      text        NOT NULL,
    token_hash    bytea       NOT NULL, -- SHA-256 of what the link holds, which is stored nowhere
    invited_by    uuid,                 -- the person; empty: a command
    created_at    timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
    accepted_at   timestamptz,
    revoked_at    timestamptz,
    CONSTRAINT invitation_pk PRIMARY KEY (id),
    CONSTRAINT invitation_token_once UNIQUE (token_hash),
    CONSTRAINT invitation_advertiser_fk FOREIGN KEY (advertiser_id) REFERENCES advertiser (id),
    CONSTRAINT invitation_email_lower CHECK (email = lower(email)),
    CONSTRAINT invitation_language_known CHECK (language IN ('en', 'ja')),
    CONSTRAINT invitation_role_fits CHECK (CASE WHEN advertiser_id IS NULL
        THEN role IN ('owner', 'operator', 'support', 'auditor')
        ELSE role IN ('advertiser_admin', 'advertiser_viewer') END)
);
CREATE UNIQUE INDEX invitation_open_once ON invitation (advertiser_id, email) NULLS NOT DISTINCT
    WHERE accepted_at IS NULL AND revoked_at IS NULL;
CALL own_by_advertiser('invitation', 'advertiser_id', 'SELECT, INSERT, UPDATE');

-- What an advertiser's transaction may know of people: those of its own advertiser.
CREATE FUNCTION people_of_advertiser() RETURNS TABLE (person_id uuid, email text, name text, role text,
    disabled_at timestamptz, created_at timestamptz, last_seen_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT person.id, person.email, person.name, membership.role, person.disabled_at, membership.created_at,
           (SELECT max(session.last_seen_at) FROM session WHERE session.person_id = person.id)
    FROM membership JOIN person ON person.id = membership.person_id
    WHERE membership.advertiser_id = nullif(current_setting('app.advertiser', true), '')::uuid
    ORDER BY person.id
$$;

-- What is found before anybody is known: the invitation behind a link. Ids only.
CREATE FUNCTION find_invitation(sought bytea) RETURNS TABLE (advertiser_id uuid, invitation_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT advertiser_id, id FROM invitation WHERE token_hash = sought $$;

-- Signs one of the advertiser's people out everywhere: what they may do has changed.
CREATE FUNCTION end_sessions_of_member(member uuid, moment timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    UPDATE session SET revoked_at = moment
    WHERE person_id = member AND revoked_at IS NULL
      AND EXISTS (SELECT FROM membership WHERE membership.person_id = member
                  AND membership.advertiser_id = nullif(current_setting('app.advertiser', true), '')::uuid)
$$;

REVOKE ALL ON FUNCTION people_of_advertiser(), find_invitation(bytea), end_sessions_of_member(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION people_of_advertiser(), end_sessions_of_member(uuid, timestamptz) TO patchbay_advertiser;
GRANT EXECUTE ON FUNCTION find_invitation(bytea) TO patchbay_partner;

ALTER TABLE audit DROP CONSTRAINT audit_actor_known;
ALTER TABLE audit ADD CONSTRAINT audit_actor_known CHECK (actor_kind IN ('staff', 'person', 'system', 'visitor', 'command'));
CREATE INDEX audit_newest ON audit (id DESC);
CREATE INDEX audit_actor ON audit (actor_id, id DESC) WHERE actor_id IS NOT NULL;
CREATE INDEX audit_group ON audit (split_part(action, '.', 1), id DESC);
