-- How many events of each hour are in which state, for charts and lists that must not count events. An event belongs to
-- the hour in which it was accepted. What is still on its way to its first answer (queued, sending) is not counted
-- here: ingest writes nothing of this, and what waits is found by its own index.
CREATE TABLE event_hour (
    advertiser_id uuid        NOT NULL,
    hour          timestamptz NOT NULL,
    channel       text        NOT NULL,
    name          text        NOT NULL,
    state         text        NOT NULL,
    count         bigint      NOT NULL,
    CONSTRAINT event_hour_pk PRIMARY KEY (advertiser_id, hour, channel, name, state)
);
CREATE INDEX event_hour_newest ON event_hour (hour DESC);
CALL own_by_advertiser('event_hour', 'advertiser_id', 'SELECT');

-- What changed since the job folded last. Written in the transaction that changes an event, so it is as true as the
-- event; folded and deleted in one statement, so nothing is counted twice or lost.
CREATE TABLE event_hour_change (
    advertiser_id uuid        NOT NULL,
    id            bigint      GENERATED ALWAYS AS IDENTITY,
    hour          timestamptz NOT NULL,
    channel       text        NOT NULL,
    name          text        NOT NULL,
    state         text        NOT NULL,
    count         bigint      NOT NULL, -- may be negative: one less in this state
    CONSTRAINT event_hour_change_pk PRIMARY KEY (advertiser_id, id)
);
CREATE INDEX event_hour_change_oldest ON event_hour_change (id);
CALL own_by_advertiser('event_hour_change', 'advertiser_id', 'SELECT');

-- Both, as one truth.
CREATE VIEW event_hour_now WITH (security_invoker = true) AS
    SELECT advertiser_id, hour, channel, name, state, count FROM event_hour
    UNION ALL
    SELECT advertiser_id, hour, channel, name, state, count FROM event_hour_change;
GRANT SELECT ON event_hour_now TO patchbay_advertiser, patchbay_partner;

CREATE FUNCTION note_event_hours() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO event_hour_change (advertiser_id, hour, channel, name, state, count)
    SELECT advertiser_id, hour, channel, name, state, sum(change)
    FROM (SELECT advertiser_id, date_trunc('hour', accepted_at, 'UTC') AS hour, channel, name, state, -1 AS change FROM was
          UNION ALL
          SELECT advertiser_id, date_trunc('hour', accepted_at, 'UTC'), channel, name, state, 1 FROM became) AS moved
    WHERE state NOT IN ('queued', 'sending')
    GROUP BY advertiser_id, hour, channel, name, state
    HAVING sum(change) <> 0;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION note_event_hours() FROM PUBLIC;
CREATE TRIGGER event_hours_noted AFTER UPDATE ON event
    REFERENCING OLD TABLE AS was NEW TABLE AS became
    FOR EACH STATEMENT EXECUTE FUNCTION note_event_hours();

-- Moves a slice of the changes into the hours; answers how many.
CREATE FUNCTION fold_event_hours(slice integer) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH gone AS (
        DELETE FROM event_hour_change
        WHERE (advertiser_id, id) IN (SELECT advertiser_id, id FROM event_hour_change ORDER BY id LIMIT slice
                                      FOR UPDATE SKIP LOCKED)
        RETURNING advertiser_id, hour, channel, name, state, count
    ), folded AS (
        INSERT INTO event_hour (advertiser_id, hour, channel, name, state, count)
        SELECT advertiser_id, hour, channel, name, state, sum(count) FROM gone
        GROUP BY advertiser_id, hour, channel, name, state
        ON CONFLICT ON CONSTRAINT event_hour_pk DO UPDATE SET count = event_hour.count + excluded.count
    )
    SELECT count(*) FROM gone
$$;
REVOKE ALL ON FUNCTION fold_event_hours(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION fold_event_hours(integer) TO patchbay_partner;

-- What was sent before there were hours.
INSERT INTO event_hour (advertiser_id, hour, channel, name, state, count)
SELECT advertiser_id, date_trunc('hour', accepted_at, 'UTC'), channel, name, state, count(*)
FROM event WHERE state NOT IN ('queued', 'sending') GROUP BY 1, 2, 3, 4, 5;
