-- What a member of staff says is done at Meta, where no API tells.
CREATE TABLE readiness_tick (
    requirement text        NOT NULL, -- `domain::Requirement`
    staff_id    uuid        NOT NULL,
    at          timestamptz NOT NULL,
    CONSTRAINT readiness_tick_pk PRIMARY KEY (requirement),
    CONSTRAINT readiness_tick_staff_fk FOREIGN KEY (staff_id) REFERENCES person (id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON readiness_tick TO patchbay_partner;

-- Our own calls to Meta with the app's tokens, by day in UTC: Meta's access tiers ask for them.
CREATE TABLE graph_call_day (
    day    date   NOT NULL,
    calls  bigint NOT NULL,
    errors bigint NOT NULL,
    CONSTRAINT graph_call_day_pk PRIMARY KEY (day),
    CONSTRAINT graph_call_day_errors CHECK (errors BETWEEN 0 AND calls)
);
GRANT SELECT, INSERT, UPDATE ON graph_call_day TO patchbay_partner;
