-- What the doctor found, probe by probe. A row lasts for as long as the answer stays the same, so that the rows of a
-- connection are its history; the one without an end is today's.
CREATE TABLE probe (
    advertiser_id uuid        NOT NULL,
    id            uuid        NOT NULL,
    connection_id uuid        NOT NULL,
    probe         text        NOT NULL,
    subject       text        NOT NULL, -- the permission, for probes of permissions; else empty
    outcome       text        NOT NULL,
    cause         text,                 -- key of the error catalogue
    detail        text        NOT NULL, -- a date, an id of Meta's, names of fields: nothing of a person's, no token
    began_at      timestamptz NOT NULL,
    checked_at    timestamptz NOT NULL, -- when the same answer came last
    ended_at      timestamptz,
    CONSTRAINT probe_pk PRIMARY KEY (advertiser_id, id),
    CONSTRAINT probe_connection_fk FOREIGN KEY (advertiser_id, connection_id) REFERENCES connection (advertiser_id, id),
    CONSTRAINT probe_known CHECK (probe IN ('clock', 'version', 'token', 'app', 'expiry', 'scope', 'asset', 'dataset',
        'link', 'webhook', 'fields', 'inbound', 'accepted')),
    CONSTRAINT probe_outcome_known CHECK (outcome IN ('passed', 'warned', 'failed', 'unanswered', 'not_run'))
);
CREATE UNIQUE INDEX probe_today ON probe (advertiser_id, connection_id, probe, subject) WHERE ended_at IS NULL;
CREATE INDEX probe_history ON probe (advertiser_id, connection_id, id DESC);
CALL own_by_advertiser('probe', 'advertiser_id', 'SELECT, INSERT, UPDATE');

ALTER TABLE connection
    ADD COLUMN checked_at timestamptz, -- when the doctor looked last
    ADD COLUMN check_at   timestamptz; -- when it looks next; empty: as soon as it can
CREATE INDEX connection_check_at ON connection (check_at NULLS FIRST);
CREATE INDEX connection_unwell ON connection (health_since DESC) WHERE health <> 'healthy';
