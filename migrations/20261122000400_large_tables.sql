-- The tables that grow with traffic: partitioned by week on their UUIDv7 ids, so that a look-up by id and a window of
-- time both prune. Partitions are reached through their parent alone: nobody who serves holds a grant on one.

-- The smallest UUIDv7 of a moment.
CREATE FUNCTION uuid_from(moment timestamptz) RETURNS uuid
LANGUAGE sql IMMUTABLE STRICT
AS $$ SELECT (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid $$;

CREATE TABLE webhook_delivery (
    id          uuid        NOT NULL,
    received_at timestamptz NOT NULL,
    body_sealed bytea       NOT NULL, -- as Meta sent it, byte for byte
    split_at    timestamptz,
    CONSTRAINT webhook_delivery_pk PRIMARY KEY (id)
) PARTITION BY RANGE (id);
CREATE INDEX webhook_delivery_unsplit ON webhook_delivery (id) WHERE split_at IS NULL;
GRANT SELECT, INSERT, UPDATE ON webhook_delivery TO patchbay_partner;

CREATE TABLE webhook_message (
    id            uuid        NOT NULL,
    delivery_id   uuid        NOT NULL,
    advertiser_id uuid,                 -- empty until routed
    asset_id      uuid,
    contact_id    uuid,
    kind          text        NOT NULL,
    outcome       text        NOT NULL, -- what it yielded, or why nothing
    sent_at       timestamptz NOT NULL,
    received_at   timestamptz NOT NULL,
    CONSTRAINT webhook_message_pk PRIMARY KEY (id),
    CONSTRAINT webhook_message_kind_known CHECK (kind IN ('message', 'postback', 'referral', 'other')),
    CONSTRAINT webhook_message_outcome_known CHECK (outcome IN ('contact', 'echo', 'no_sender', 'unrouted', 'ignored'))
) PARTITION BY RANGE (id);
CREATE INDEX webhook_message_advertiser ON webhook_message (advertiser_id, id DESC);
CALL own_by_advertiser('webhook_message', 'advertiser_id', 'SELECT, INSERT');

-- What has been seen, for the 36 hours in which Meta repeats itself and some more.
CREATE TABLE webhook_key (
    key bytea       NOT NULL, -- keyed hash of the asset's id and the message's
    at  timestamptz NOT NULL,
    CONSTRAINT webhook_key_pk PRIMARY KEY (key)
);
CREATE INDEX webhook_key_age ON webhook_key (at);
GRANT SELECT, INSERT, DELETE ON webhook_key TO patchbay_partner;

-- A lane carries the events of one dataset, channel and test code, one request at a time.
CREATE TABLE lane (
    advertiser_id uuid        NOT NULL,
    id            uuid        NOT NULL,
    dataset_id    uuid        NOT NULL,
    connection_id uuid        NOT NULL,
    channel       text        NOT NULL,
    test_code     text        NOT NULL, -- empty: live events
    lease_owner   uuid,
    lease_until   timestamptz,       -- without an owner: when it was served last
    lease_epoch   bigint      NOT NULL DEFAULT 0, -- on every write, so that who lost the lease writes nothing
    created_at    timestamptz NOT NULL,
    CONSTRAINT lane_pk PRIMARY KEY (advertiser_id, id),
    CONSTRAINT lane_once UNIQUE (advertiser_id, connection_id, dataset_id, channel, test_code),
    CONSTRAINT lane_dataset_fk FOREIGN KEY (advertiser_id, dataset_id) REFERENCES dataset (advertiser_id, id),
    CONSTRAINT lane_connection_fk FOREIGN KEY (advertiser_id, connection_id) REFERENCES connection (advertiser_id, id),
    CONSTRAINT lane_channel_known CHECK (channel IN ('messenger', 'instagram', 'whatsapp'))
);
CREATE INDEX lane_by_id ON lane (id); -- from the due events, which name their lane alone
CREATE INDEX lane_leased ON lane (lease_until) WHERE lease_owner IS NOT NULL;
CALL own_by_advertiser('lane', 'advertiser_id', 'SELECT, INSERT, UPDATE');

-- What Meta asked us to leave alone, and until when.
CREATE TABLE pause (
    kind  text        NOT NULL,
    key   text        NOT NULL, -- the connection's id, the business's id, or empty for the whole app
    until timestamptz NOT NULL,
    at    timestamptz NOT NULL, -- when Meta asked last
    cause text        NOT NULL,
    CONSTRAINT pause_pk PRIMARY KEY (kind, key),
    CONSTRAINT pause_kind_known CHECK (kind IN ('app', 'business', 'connection'))
);
GRANT SELECT, INSERT, UPDATE, DELETE ON pause TO patchbay_partner;

CREATE TABLE event (
    advertiser_id uuid        NOT NULL,
    id            uuid        NOT NULL,
    connection_id uuid        NOT NULL,
    dataset_id    uuid        NOT NULL,
    lane_id       uuid        NOT NULL,
    contact_id    uuid,
    channel       text        NOT NULL,
    name          text        NOT NULL,
    event_time    timestamptz NOT NULL,
    external_id   text        NOT NULL, -- `event_id` on the wire
    order_id      text,
    value         numeric,
    currency      text,
    test_code     text        NOT NULL,
    source        text        NOT NULL,
    created_by    uuid,
    accepted_at   timestamptz NOT NULL, -- the id may be older: a form is given one when it opens
    state         text        NOT NULL,
    state_at      timestamptz NOT NULL,
    due_at        timestamptz,          -- set while it waits for a worker
    tries         integer     NOT NULL DEFAULT 0,
    resends       integer     NOT NULL DEFAULT 0, -- how often it went out again although it may have counted
    cause         text,                 -- key of the error catalogue, or why the result is unknown
    attempt_ids   uuid[]      NOT NULL DEFAULT '{}',
    CONSTRAINT event_pk PRIMARY KEY (advertiser_id, id),
    CONSTRAINT event_channel_known CHECK (channel IN ('messenger', 'instagram', 'whatsapp')),
    CONSTRAINT event_source_known CHECK (source IN ('studio')),
    CONSTRAINT event_state_known CHECK (state IN ('queued', 'sending', 'retrying', 'delivered', 'delivered_with_warning',
        'unconfirmed', 'parked', 'rejected', 'duplicate', 'expired')),
    CONSTRAINT event_due_while_waiting CHECK ((due_at IS NOT NULL) = (state IN ('queued', 'retrying')))
) PARTITION BY RANGE (id);
CREATE INDEX event_newest ON event (id DESC);
CREATE INDEX event_due ON event (lane_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX event_in_flight ON event (lane_id) WHERE state = 'sending';
CREATE INDEX event_parked ON event (connection_id) WHERE state = 'parked';
CREATE INDEX event_state ON event (state, id DESC);
CREATE INDEX event_name ON event (name, id DESC);
CREATE INDEX event_channel ON event (channel, id DESC);
CREATE INDEX event_advertiser_state ON event (advertiser_id, state, id DESC);
CREATE INDEX event_contact ON event (contact_id, id DESC) WHERE contact_id IS NOT NULL;
CREATE INDEX event_order ON event (order_id, id DESC) WHERE order_id IS NOT NULL;
CALL own_by_advertiser('event', 'advertiser_id', 'SELECT, INSERT, UPDATE');

CREATE TABLE event_payload (
    advertiser_id uuid  NOT NULL,
    id            uuid  NOT NULL, -- the event's
    body_sealed   bytea NOT NULL, -- the element of `data` as it goes out
    CONSTRAINT event_payload_pk PRIMARY KEY (advertiser_id, id)
) PARTITION BY RANGE (id);
CALL own_by_advertiser('event_payload', 'advertiser_id', 'SELECT, INSERT, DELETE');

-- One POST to Meta, written before the request leaves.
CREATE TABLE attempt (
    advertiser_id uuid        NOT NULL,
    id            uuid        NOT NULL,
    lane_id       uuid        NOT NULL,
    lease_epoch   bigint      NOT NULL,
    event_ids     uuid[]      NOT NULL,
    url           text        NOT NULL,
    partner_agent text        NOT NULL,
    test_code     text        NOT NULL,
    started_at    timestamptz NOT NULL,
    finished_at   timestamptz,
    outcome       text,                 -- empty while in flight
    cause         text,
    http_status   integer,
    latency_ms    integer,
    answer        text,                 -- in full, as it came
    fbtrace_id    text,
    code          bigint,
    subcode       bigint,
    graph_version text,
    CONSTRAINT attempt_pk PRIMARY KEY (advertiser_id, id),
    CONSTRAINT attempt_outcome_known CHECK (outcome IN ('delivered', 'delivered_with_warning', 'not_connected', 'retry',
        'paused', 'parked', 'rejected', 'unconfirmed'))
) PARTITION BY RANGE (id);
CREATE INDEX attempt_lane ON attempt (lane_id, id DESC);
CREATE INDEX attempt_fbtrace ON attempt (fbtrace_id) WHERE fbtrace_id IS NOT NULL;
CALL own_by_advertiser('attempt', 'advertiser_id', 'SELECT, INSERT, UPDATE');

-- The moves an event may make; `domain::TRANSITIONS` holds the same table and a test compares them.
CREATE TABLE event_transition (
    from_state text NOT NULL,
    to_state   text NOT NULL,
    CONSTRAINT event_transition_pk PRIMARY KEY (from_state, to_state)
);
GRANT SELECT ON event_transition TO patchbay_advertiser, patchbay_partner;

CREATE FUNCTION check_event_transition() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM event_transition WHERE from_state = OLD.state AND to_state = NEW.state) THEN
        RAISE EXCEPTION 'an event may not go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'event_transition_allowed';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER event_transition_allowed BEFORE UPDATE OF state ON event
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION check_event_transition();

-- Makes the weekly partitions that cover a span of time, as their owner.
CREATE FUNCTION make_partitions(from_time timestamptz, to_time timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    parent text;
    week   timestamptz;
    name   text;
    made   integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('make_partitions'));
    FOREACH parent IN ARRAY ARRAY['webhook_delivery', 'webhook_message', 'event', 'event_payload', 'attempt'] LOOP
        week := date_trunc('week', from_time AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
        WHILE week < to_time LOOP
            name := parent || to_char(week AT TIME ZONE 'UTC', '_YYYYMMDD');
            IF to_regclass(name) IS NULL THEN
                EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                    name, parent, uuid_from(week), uuid_from(week + interval '7 days'));
                made := made + 1;
            END IF;
            week := week + interval '7 days';
        END LOOP;
    END LOOP;
    RETURN made;
END
$$;
REVOKE ALL ON FUNCTION make_partitions(timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION make_partitions(timestamptz, timestamptz) TO patchbay_partner;
