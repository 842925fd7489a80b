-- The outbox: a letter is written in the transaction of what it tells of, and sent afterwards. Whom it goes to and what
-- it says are sealed, and erased once it was sent or given up.
CREATE TABLE mail (
    id               uuid        NOT NULL,
    advertiser_id    uuid,                 -- whom it is about; empty for what concerns the partner alone
    kind             text        NOT NULL, -- the section of its words
    language         text        NOT NULL,
    recipient_sealed bytea,
    letter_sealed    bytea,                -- the subject, a line break, the text
    attempts         integer     NOT NULL DEFAULT 0,
    next_attempt_at  timestamptz,          -- empty once it was sent or given up
    sent_at          timestamptz,
    last_error       text,                 -- a class and the server's code: never an address
    created_at       timestamptz NOT NULL,
    CONSTRAINT mail_pk PRIMARY KEY (id),
    CONSTRAINT mail_kind_named CHECK (kind ~ '^[a-z_]{1,40}$'),
    CONSTRAINT mail_language_known CHECK (language IN ('en', 'ja')),
    CONSTRAINT mail_kept_while_due CHECK ((next_attempt_at IS NULL) = (recipient_sealed IS NULL)
        AND (recipient_sealed IS NULL) = (letter_sealed IS NULL))
);
CREATE INDEX mail_due ON mail (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX mail_advertiser ON mail (advertiser_id, id DESC);
CALL own_by_advertiser('mail', 'advertiser_id', 'SELECT, INSERT, UPDATE');
GRANT DELETE ON mail TO patchbay_partner;
