-- Forgetting with age: what is known of events leaves week by week, what they hold earlier and by advertiser.
ALTER TABLE advertiser
    ADD COLUMN payload_days integer, -- days until an event's content is erased; empty: the partner's
    ADD CONSTRAINT advertiser_payload_days_sane CHECK (payload_days BETWEEN 7 AND 3650);

-- Drops the oldest partition that is old enough by the partner's setting, as its owner; answers its name, or nothing when
-- none is. One for each call: its lock on the parent is short. Webhooks as Meta sent them go a fortnight after their week
-- (where partitions are made again for the past ends), unless one of them was not read yet.
CREATE FUNCTION drop_old_partition(moment timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    part    record;
    history interval := (SELECT make_interval(weeks => metadata_weeks) FROM partner);
    unread  boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('make_partitions'));
    FOR part IN
        SELECT leaf.relname AS name, parent.relname AS parent,
               (to_date(right(leaf.relname, 8), 'YYYYMMDD') + 7)::timestamp AT TIME ZONE 'UTC' AS ended
        FROM pg_inherits
        JOIN pg_class AS parent ON parent.oid = inhparent
        JOIN pg_class AS leaf ON leaf.oid = inhrelid
        WHERE parent.relname IN ('webhook_delivery', 'webhook_message', 'event', 'event_payload', 'attempt')
          AND parent.relnamespace = 'public'::regnamespace AND leaf.relname ~ '_[0-9]{8}$'
        ORDER BY ended, name
    LOOP
        IF part.ended > moment - history THEN
            CONTINUE WHEN part.parent <> 'webhook_delivery' OR part.ended > moment - interval '15 days';
            EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE split_at IS NULL)', part.name) INTO unread;
            CONTINUE WHEN unread;
        END IF;
        EXECUTE format('DROP TABLE %I', part.name);
        RETURN part.name;
    END LOOP;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION drop_old_partition(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drop_old_partition(timestamptz) TO patchbay_partner;
