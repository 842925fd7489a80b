-- A file of events between its check and its sending. It holds people's identifiers, so it is sealed and soon gone.
CREATE TABLE event_file (
    id          uuid        NOT NULL,
    person_id   uuid        NOT NULL, -- nobody else sees it
    body_sealed bytea       NOT NULL, -- as it was uploaded
    created_at  timestamptz NOT NULL,
    sent_at     timestamptz,
    report      jsonb,                -- what became of its rows, once it was sent; names no person
    CONSTRAINT event_file_pk PRIMARY KEY (id),
    CONSTRAINT event_file_person_fk FOREIGN KEY (person_id) REFERENCES person (id)
);
CREATE INDEX event_file_age ON event_file (created_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON event_file TO patchbay_partner;
