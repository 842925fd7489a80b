-- Where each advertiser stands on its way in. One row each, settled by triggers in the transaction that changes what it is
-- derived from, so that the board and the list read it by an index and never work it out for a whole fleet.
ALTER TABLE advertiser
    ADD COLUMN channels             text[] NOT NULL DEFAULT '{}', -- those it is meant to have
    ADD COLUMN contact_email_sealed bytea,                        -- whom to write to about it
    ADD CONSTRAINT advertiser_channels_known CHECK (channels <@ ARRAY['messenger', 'instagram', 'whatsapp']);
CREATE INDEX advertiser_reference ON advertiser (reference) WHERE reference <> '';

CREATE TABLE onboarding (
    advertiser_id uuid        NOT NULL,
    step          text        NOT NULL,
    channel       text,                 -- the one that decides the step; empty: none was begun or planned
    channels      text[]      NOT NULL, -- every one that was begun or planned
    at_step       text,                 -- the attempt's step, or the one it could not reach
    failure       text,                 -- why it stopped
    attempt_id    uuid,
    since         timestamptz NOT NULL,
    is_archived   boolean     NOT NULL,
    CONSTRAINT onboarding_pk PRIMARY KEY (advertiser_id),
    CONSTRAINT onboarding_advertiser_fk FOREIGN KEY (advertiser_id) REFERENCES advertiser (id) ON DELETE CASCADE,
    CONSTRAINT onboarding_step_known CHECK (step IN ('nothing', 'link_sent', 'opened', 'stopped', 'connected', 'done'))
);
CREATE INDEX onboarding_board ON onboarding (step, since, advertiser_id) WHERE NOT is_archived;
CALL own_by_advertiser('onboarding', 'advertiser_id', 'SELECT');

-- How each channel of an advertiser stands. The one rule; `domain::OnboardingStep` says in words what a step means.
CREATE FUNCTION channel_standing(sought uuid)
RETURNS TABLE (channel text, step text, at_step text, failure text, attempt_id uuid, since timestamptz)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT begun.channel,
           CASE WHEN connected.accepted_at IS NOT NULL THEN 'done'
                WHEN connected.at IS NOT NULL THEN 'connected'
                WHEN attempt.step = 'failed' THEN 'stopped'
                WHEN attempt.step IS NOT NULL AND attempt.step NOT IN ('created', 'done') THEN 'opened'
                ELSE 'nothing'
           END,
           CASE WHEN connected.at IS NULL AND attempt.step = 'failed' THEN attempt.failed_at
                WHEN connected.at IS NULL AND attempt.step NOT IN ('created', 'done') THEN attempt.step
           END,
           CASE WHEN connected.at IS NULL AND attempt.step = 'failed' THEN attempt.failure END,
           CASE WHEN connected.at IS NULL AND attempt.step NOT IN ('created', 'done') THEN attempt.id END,
           CASE WHEN connected.accepted_at IS NOT NULL THEN connected.accepted_at
                WHEN connected.at IS NOT NULL THEN connected.at
                WHEN attempt.step NOT IN ('created', 'done') THEN attempt.updated_at
                ELSE advertiser.created_at
           END
    FROM advertiser
    CROSS JOIN LATERAL (
        SELECT unnest(advertiser.channels) AS channel
        UNION SELECT connect_attempt.channel FROM connect_attempt WHERE connect_attempt.advertiser_id = sought
        UNION SELECT connection.channel FROM connection WHERE connection.advertiser_id = sought
    ) AS begun
    CROSS JOIN LATERAL (
        SELECT min(connection.created_at) AS at, max(connection.last_accepted_at) AS accepted_at
        FROM connection WHERE connection.advertiser_id = sought AND connection.channel = begun.channel
    ) AS connected
    LEFT JOIN LATERAL (
        SELECT connect_attempt.id, connect_attempt.step, connect_attempt.failed_at, connect_attempt.failure,
               connect_attempt.updated_at
        FROM connect_attempt
        WHERE connect_attempt.advertiser_id = sought AND connect_attempt.channel = begun.channel
        ORDER BY connect_attempt.id DESC LIMIT 1
    ) AS attempt ON true
    WHERE advertiser.id = sought
$$;

-- An advertiser stands where its neediest channel does: a card on the board is a piece of work.
CREATE FUNCTION settle_onboarding(sought uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO onboarding (advertiser_id, step, channel, channels, at_step, failure, attempt_id, since, is_archived)
    SELECT advertiser.id, coalesce(worst.step, 'nothing'), worst.channel,
           ARRAY(SELECT standing.channel FROM channel_standing(sought) AS standing ORDER BY standing.channel),
           worst.at_step, worst.failure, worst.attempt_id, coalesce(worst.since, advertiser.created_at),
           advertiser.archived_at IS NOT NULL
    FROM advertiser
    LEFT JOIN LATERAL (
        SELECT * FROM channel_standing(sought) AS standing
        ORDER BY array_position(ARRAY['stopped', 'opened', 'link_sent', 'nothing', 'connected', 'done'], standing.step),
                 standing.since, standing.channel
        LIMIT 1
    ) AS worst ON true
    WHERE advertiser.id = sought
    ON CONFLICT (advertiser_id) DO UPDATE
    SET step = EXCLUDED.step, channel = EXCLUDED.channel, channels = EXCLUDED.channels, at_step = EXCLUDED.at_step,
        failure = EXCLUDED.failure, attempt_id = EXCLUDED.attempt_id, is_archived = EXCLUDED.is_archived,
        -- Done since the first accepted event: the newest one moves on.
        since = CASE WHEN onboarding.step = 'done' AND EXCLUDED.step = 'done' THEN onboarding.since ELSE EXCLUDED.since END
$$;
REVOKE ALL ON FUNCTION channel_standing(uuid), settle_onboarding(uuid) FROM PUBLIC;

CREATE FUNCTION advertiser_moved() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM settle_onboarding(NEW.id);
    RETURN NULL;
END
$$;

CREATE FUNCTION onboarding_moved() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM settle_onboarding(coalesce(NEW.advertiser_id, OLD.advertiser_id));
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION advertiser_moved(), onboarding_moved() FROM PUBLIC;

CREATE TRIGGER onboarding_of_new AFTER INSERT ON advertiser
    FOR EACH ROW EXECUTE FUNCTION advertiser_moved();
CREATE TRIGGER onboarding_of_changed AFTER UPDATE OF archived_at, channels ON advertiser
    FOR EACH ROW EXECUTE FUNCTION advertiser_moved();
CREATE TRIGGER onboarding_of_attempt AFTER INSERT OR UPDATE OF step, failure, failed_at OR DELETE ON connect_attempt
    FOR EACH ROW EXECUTE FUNCTION onboarding_moved();
CREATE TRIGGER onboarding_of_connection AFTER INSERT OR DELETE ON connection
    FOR EACH ROW EXECUTE FUNCTION onboarding_moved();
-- Workers note every accepted batch here; only the first one moves anything.
CREATE TRIGGER onboarding_of_first_event AFTER UPDATE OF last_accepted_at ON connection
    FOR EACH ROW WHEN ((OLD.last_accepted_at IS NULL) <> (NEW.last_accepted_at IS NULL))
    EXECUTE FUNCTION onboarding_moved();

DO $$
BEGIN
    PERFORM settle_onboarding(id) FROM advertiser;
END
$$;
