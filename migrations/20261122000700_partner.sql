-- The partner: what its owners decide in the console, in one row. Columns that may be empty follow the environment until
-- somebody saves them.
CREATE TABLE partner (
    only_one               boolean     NOT NULL DEFAULT true,
    name_en                text        NOT NULL DEFAULT '',
    name_ja                text        NOT NULL DEFAULT '',
    partner_agent          text,                            -- null: PATCHBAY_PARTNER_AGENT
    login_messenger        text,                            -- null: PATCHBAY_LOGIN_CONFIG_ID; empty: scopes by name
    login_instagram        text,
    login_whatsapp         text,
    signup_configuration   text        NOT NULL DEFAULT '', -- Embedded Signup's
    unconfirmed_policy     text        NOT NULL DEFAULT 'hold', -- of advertisers that are added from now on
    metadata_weeks         integer     NOT NULL DEFAULT 104,
    payload_days           integer     NOT NULL DEFAULT 35,
    notify_emails_sealed   bytea,                           -- JSON array
    notify_webhook_url     text        NOT NULL DEFAULT '',
    notify_webhook_secret_sealed bytea,
    access_calls           integer     NOT NULL DEFAULT 500,  -- Meta's bar for more access, in 15 days
    access_error_percent   integer     NOT NULL DEFAULT 15,
    access_guide_calls     integer     NOT NULL DEFAULT 1500, -- the guide's
    access_guide_error_percent integer NOT NULL DEFAULT 10,
    saved_at               timestamptz,
    CONSTRAINT partner_pk PRIMARY KEY (only_one),
    CONSTRAINT partner_only_one CHECK (only_one),
    CONSTRAINT partner_policy_known CHECK (unconfirmed_policy IN ('hold', 'resend')),
    CONSTRAINT partner_retention_sane CHECK (metadata_weeks BETWEEN 6 AND 520 AND payload_days BETWEEN 7 AND 3650),
    CONSTRAINT partner_access_sane CHECK (access_calls > 0 AND access_guide_calls > 0
        AND access_error_percent BETWEEN 1 AND 100 AND access_guide_error_percent BETWEEN 1 AND 100)
);
INSERT INTO partner DEFAULT VALUES;
GRANT SELECT, UPDATE ON partner TO patchbay_partner;
-- Who writes to whom when something breaks is no advertiser's business.
GRANT SELECT (only_one, name_en, name_ja, partner_agent, login_messenger, login_instagram, login_whatsapp,
    signup_configuration, unconfirmed_policy, metadata_weeks, payload_days) ON partner TO patchbay_advertiser;
