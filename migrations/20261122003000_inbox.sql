-- The inbox: what each message was about even while nobody holds its asset, by what it is found again, and how many came
-- in each hour.

ALTER TABLE webhook_message
    ADD COLUMN key           bytea,                        -- by which a repeated delivery is known
    ADD COLUMN mid_hash      bytea,                        -- keyed hash of Meta's id of it
    ADD COLUMN asset_kind    text,
    ADD COLUMN asset_meta_id text,                         -- no person's: it says what to connect
    ADD COLUMN channel       text,
    ADD COLUMN has_ad        boolean NOT NULL DEFAULT false,
    ADD COLUMN has_click     boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT webhook_message_asset_kind_known
        CHECK (asset_kind IN ('page', 'instagram_account', 'waba', 'phone_number')),
    ADD CONSTRAINT webhook_message_channel_known CHECK (channel IN ('messenger', 'instagram', 'whatsapp')),
    DROP CONSTRAINT webhook_message_kind_known,
    ADD CONSTRAINT webhook_message_kind_known
        CHECK (kind IN ('message', 'postback', 'referral', 'account_update', 'automatic_event', 'other')),
    DROP CONSTRAINT webhook_message_outcome_known,
    ADD CONSTRAINT webhook_message_outcome_known CHECK (outcome IN ('contact', 'echo', 'no_sender', 'unrouted', 'ignored',
        'unreadable', 'connection', 'recorded', 'reported', 'refused'));
-- The list narrows by what is rare; what is common is found on the way.
CREATE INDEX webhook_message_outcome ON webhook_message (outcome, id DESC) WHERE outcome <> 'contact';
CREATE INDEX webhook_message_kind ON webhook_message (kind, id DESC) WHERE kind <> 'message';
CREATE INDEX webhook_message_unrouted ON webhook_message (asset_kind, asset_meta_id, id) WHERE outcome = 'unrouted';
CREATE INDEX webhook_message_delivery ON webhook_message (delivery_id);
CREATE INDEX webhook_message_mid ON webhook_message (mid_hash) WHERE mid_hash IS NOT NULL;
GRANT DELETE ON webhook_message TO patchbay_partner; -- a row that stood for a body which could not be read then

-- Somebody is sought by an identifier, whoever's contact they are.
CREATE INDEX contact_identity ON contact (identity_hash);
CREATE INDEX contact_phone_anywhere ON contact (phone_hash) WHERE phone_hash IS NOT NULL;
CREATE INDEX contact_click_anywhere ON contact_click (click_hash);

CREATE TABLE inbound_hour (
    advertiser_id uuid        NOT NULL,
    asset_id      uuid        NOT NULL,
    hour          timestamptz NOT NULL,
    messages      bigint      NOT NULL, -- from people; echoes and receipts are none
    clicks        bigint      NOT NULL, -- of them, with a `ctwa_clid`
    CONSTRAINT inbound_hour_pk PRIMARY KEY (advertiser_id, asset_id, hour)
);
CREATE INDEX inbound_hour_age ON inbound_hour (hour);
CALL own_by_advertiser('inbound_hour', 'advertiser_id', 'SELECT, INSERT, UPDATE, DELETE');
