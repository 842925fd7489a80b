-- Webhooks handed on to the partner's own systems: where to, and a row for each webhook and address until it was taken.

CREATE TABLE relay_target (
    id            uuid        NOT NULL,
    url           text        NOT NULL,
    created_at    timestamptz NOT NULL,
    removed_at    timestamptz,
    taken_at      timestamptz,          -- when it last took one
    failing_since timestamptz,          -- empty: the last one was taken
    answer        text,                 -- what it answered last: a status, or a class of failure
    CONSTRAINT relay_target_pk PRIMARY KEY (id)
);
CREATE UNIQUE INDEX relay_target_once ON relay_target (url) WHERE removed_at IS NULL;
GRANT SELECT, INSERT, UPDATE ON relay_target TO patchbay_partner;

CREATE TABLE relay (
    id          uuid        NOT NULL,
    target_id   uuid        NOT NULL,
    delivery_id uuid        NOT NULL,
    received_at timestamptz NOT NULL, -- 36 hours after this it is given up
    state       text        NOT NULL,
    due_at      timestamptz,          -- set while it waits
    tries       integer     NOT NULL DEFAULT 0,
    answer      text,
    state_at    timestamptz NOT NULL,
    CONSTRAINT relay_pk PRIMARY KEY (id),
    CONSTRAINT relay_once UNIQUE (delivery_id, target_id),
    CONSTRAINT relay_target_fk FOREIGN KEY (target_id) REFERENCES relay_target (id),
    CONSTRAINT relay_state_known CHECK (state IN ('waiting', 'taken', 'given_up', 'withdrawn')),
    CONSTRAINT relay_due_while_waiting CHECK ((due_at IS NOT NULL) = (state = 'waiting'))
);
CREATE INDEX relay_due ON relay (target_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX relay_given_up ON relay (target_id, state_at DESC) WHERE state = 'given_up';
GRANT SELECT, INSERT, UPDATE, DELETE ON relay TO patchbay_partner;
