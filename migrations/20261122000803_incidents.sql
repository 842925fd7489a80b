-- One cause that hits many advertisers at once, and what is told of it and of every change of a connection's health.
CREATE TABLE incident (
    id        uuid        NOT NULL,
    cause     text        NOT NULL, -- key of the error catalogue
    opened_at timestamptz NOT NULL,
    closed_at timestamptz,
    CONSTRAINT incident_pk PRIMARY KEY (id)
);
CREATE UNIQUE INDEX incident_open_once ON incident (cause) WHERE closed_at IS NULL;
GRANT SELECT, INSERT, UPDATE ON incident TO patchbay_partner;

CREATE TABLE incident_connection (
    advertiser_id uuid        NOT NULL,
    incident_id   uuid        NOT NULL,
    connection_id uuid        NOT NULL,
    joined_at     timestamptz NOT NULL,
    left_at       timestamptz,
    CONSTRAINT incident_connection_pk PRIMARY KEY (advertiser_id, incident_id, connection_id),
    CONSTRAINT incident_connection_incident_fk FOREIGN KEY (incident_id) REFERENCES incident (id),
    CONSTRAINT incident_connection_connection_fk FOREIGN KEY (advertiser_id, connection_id)
        REFERENCES connection (advertiser_id, id)
);
CREATE INDEX incident_connection_members ON incident_connection (incident_id) WHERE left_at IS NULL;
CALL own_by_advertiser('incident_connection', 'advertiser_id', 'SELECT, INSERT, UPDATE');

-- The outbox: a row for every change of health, written in its transaction; and for the beginning and end of an incident.
CREATE TABLE notice (
    id            uuid        NOT NULL,
    advertiser_id uuid,                 -- empty for an incident
    connection_id uuid,
    incident_id   uuid,                 -- the one it is about, or the one that speaks for it
    kind          text        NOT NULL,
    from_health   text,
    to_health     text,
    cause         text,
    at            timestamptz NOT NULL,
    state         text        NOT NULL, -- told; covered by an incident's notice; settled: it was over before it was told
    due_at        timestamptz,          -- when it is posted to the partner's webhook next
    tries         integer     NOT NULL DEFAULT 0,
    answer        text,                 -- what the partner's webhook answered last: a status, or a class of failure
    CONSTRAINT notice_pk PRIMARY KEY (id),
    CONSTRAINT notice_kind_known CHECK (kind IN ('health', 'incident_opened', 'incident_closed')),
    CONSTRAINT notice_state_known CHECK (state IN ('pending', 'told', 'covered', 'settled')),
    CONSTRAINT notice_health_known CHECK (from_health IN ('healthy', 'degraded', 'reconnect', 'misconfigured', 'disconnected')
        AND to_health IN ('healthy', 'degraded', 'reconnect', 'misconfigured', 'disconnected')),
    CONSTRAINT notice_about CHECK ((kind = 'health') = (connection_id IS NOT NULL)
        AND (connection_id IS NULL) = (advertiser_id IS NULL))
);
CREATE INDEX notice_pending ON notice (id) WHERE state = 'pending';
CREATE INDEX notice_due ON notice (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX notice_connection ON notice (advertiser_id, connection_id, id DESC);
CALL own_by_advertiser('notice', 'advertiser_id', 'SELECT, INSERT, UPDATE');
