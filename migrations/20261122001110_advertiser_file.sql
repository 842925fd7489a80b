-- A file of advertisers between its check and its import. It holds people's addresses, so it is sealed and soon gone.
CREATE TABLE advertiser_file (
    id           uuid        NOT NULL,
    staff_id     uuid        NOT NULL, -- nobody else sees it
    body_sealed  bytea,                -- as it was uploaded; empty once imported
    created_at   timestamptz NOT NULL,
    imported_at  timestamptz,
    added        integer     NOT NULL DEFAULT 0,
    changed      integer     NOT NULL DEFAULT 0,
    unchanged    integer     NOT NULL DEFAULT 0,
    CONSTRAINT advertiser_file_pk PRIMARY KEY (id),
    CONSTRAINT advertiser_file_staff_fk FOREIGN KEY (staff_id) REFERENCES person (id)
);
CREATE INDEX advertiser_file_age ON advertiser_file (created_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON advertiser_file TO patchbay_partner;
