-- Test codes: for which dataset each marks events as test, and until when. One that has ended is remembered for as long
-- as anything still sends it, so that what was forgotten in production never turns into test traffic again.
CREATE TABLE test_code (
    advertiser_id uuid        NOT NULL,
    dataset_id    uuid        NOT NULL,
    code          text        NOT NULL,
    created_at    timestamptz NOT NULL,
    created_by    uuid,                 -- empty: first seen through the API
    expires_at    timestamptz NOT NULL,
    seen_at       timestamptz NOT NULL, -- when an event named it last, to the day
    CONSTRAINT test_code_pk PRIMARY KEY (advertiser_id, dataset_id, code),
    CONSTRAINT test_code_dataset_fk FOREIGN KEY (advertiser_id, dataset_id) REFERENCES dataset (advertiser_id, id)
);
CALL own_by_advertiser('test_code', 'advertiser_id', 'SELECT, INSERT, UPDATE');
GRANT DELETE ON test_code TO patchbay_partner; -- forgetting
