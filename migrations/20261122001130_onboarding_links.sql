-- The board knows links: who was sent one and has not begun. And a connection that was cut is none.
ALTER TABLE onboarding ADD COLUMN link_id uuid; -- the link that its channel waits for

DROP FUNCTION channel_standing(uuid);
-- How each channel of an advertiser stands. The one rule; `domain::OnboardingStep` says in words what a step means. A
-- link that expired or was revoked still was sent: the advertiser waits at that step for a new one.
CREATE FUNCTION channel_standing(sought uuid)
RETURNS TABLE (channel text, step text, at_step text, failure text, attempt_id uuid, link_id uuid, since timestamptz)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT begun.channel,
           CASE WHEN connected.accepted_at IS NOT NULL THEN 'done'
                WHEN connected.at IS NOT NULL THEN 'connected'
                WHEN attempt.step = 'failed' THEN 'stopped'
                WHEN attempt.step IS NOT NULL AND attempt.step NOT IN ('created', 'done') THEN 'opened'
                WHEN link.opened_at IS NOT NULL THEN 'opened'
                WHEN link.id IS NOT NULL THEN 'link_sent'
                ELSE 'nothing'
           END,
           CASE WHEN connected.at IS NOT NULL THEN NULL
                WHEN attempt.step = 'failed' THEN attempt.failed_at
                WHEN attempt.step NOT IN ('created', 'done') THEN attempt.step
           END,
           CASE WHEN connected.at IS NULL AND attempt.step = 'failed' THEN attempt.failure END,
           CASE WHEN connected.at IS NULL AND attempt.step NOT IN ('created', 'done') THEN attempt.id END,
           CASE WHEN connected.at IS NULL THEN link.id END,
           CASE WHEN connected.accepted_at IS NOT NULL THEN connected.accepted_at
                WHEN connected.at IS NOT NULL THEN connected.at
                WHEN attempt.step NOT IN ('created', 'done') THEN attempt.updated_at
                WHEN link.id IS NOT NULL THEN coalesce(link.opened_at, link.created_at)
                ELSE coalesce(cut.at, advertiser.created_at)
           END
    FROM advertiser
    CROSS JOIN LATERAL (
        SELECT unnest(advertiser.channels) AS channel
        UNION SELECT connect_attempt.channel FROM connect_attempt WHERE connect_attempt.advertiser_id = sought
        UNION SELECT connection.channel FROM connection WHERE connection.advertiser_id = sought
        UNION SELECT unnest(connect_link.channels) FROM connect_link
              WHERE connect_link.advertiser_id = sought AND connect_link.revoked_at IS NULL
    ) AS begun
    CROSS JOIN LATERAL (
        SELECT min(connection.created_at) AS at, max(connection.last_accepted_at) AS accepted_at
        FROM connection
        WHERE connection.advertiser_id = sought AND connection.channel = begun.channel AND connection.health <> 'disconnected'
    ) AS connected
    CROSS JOIN LATERAL (
        SELECT max(connection.health_since) AS at
        FROM connection
        WHERE connection.advertiser_id = sought AND connection.channel = begun.channel AND connection.health = 'disconnected'
    ) AS cut
    LEFT JOIN LATERAL (
        SELECT connect_attempt.id, connect_attempt.step, connect_attempt.failed_at, connect_attempt.failure,
               connect_attempt.updated_at
        FROM connect_attempt
        WHERE connect_attempt.advertiser_id = sought AND connect_attempt.channel = begun.channel
        ORDER BY connect_attempt.id DESC LIMIT 1
    ) AS attempt ON true
    LEFT JOIN LATERAL (
        SELECT connect_link.id, connect_link.opened_at, connect_link.created_at
        FROM connect_link
        WHERE connect_link.advertiser_id = sought AND connect_link.kind = 'connect' AND connect_link.revoked_at IS NULL
          AND begun.channel = ANY (connect_link.channels)
        ORDER BY connect_link.id DESC LIMIT 1
    ) AS link ON true
    WHERE advertiser.id = sought
$$;

-- An advertiser stands where its neediest channel does: a card on the board is a piece of work.
CREATE OR REPLACE FUNCTION settle_onboarding(sought uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO onboarding (advertiser_id, step, channel, channels, at_step, failure, attempt_id, link_id, since, is_archived)
    SELECT advertiser.id, coalesce(worst.step, 'nothing'), worst.channel,
           ARRAY(SELECT standing.channel FROM channel_standing(sought) AS standing ORDER BY standing.channel),
           worst.at_step, worst.failure, worst.attempt_id, worst.link_id, coalesce(worst.since, advertiser.created_at),
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
        failure = EXCLUDED.failure, attempt_id = EXCLUDED.attempt_id, link_id = EXCLUDED.link_id,
        is_archived = EXCLUDED.is_archived,
        -- Done since the first accepted event: the newest one moves on.
        since = CASE WHEN onboarding.step = 'done' AND EXCLUDED.step = 'done' THEN onboarding.since ELSE EXCLUDED.since END
$$;
REVOKE ALL ON FUNCTION channel_standing(uuid), settle_onboarding(uuid) FROM PUBLIC;

CREATE TRIGGER onboarding_of_link AFTER INSERT OR UPDATE OF opened_at, revoked_at ON connect_link
    FOR EACH ROW EXECUTE FUNCTION onboarding_moved();
-- Cut, or taken up again.
CREATE TRIGGER onboarding_of_cut AFTER UPDATE OF health ON connection
    FOR EACH ROW WHEN ((OLD.health = 'disconnected') <> (NEW.health = 'disconnected'))
    EXECUTE FUNCTION onboarding_moved();

DO $$
BEGIN
    PERFORM settle_onboarding(id) FROM advertiser;
END
$$;
