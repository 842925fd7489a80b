-- Every channel and every way in: what an asset hangs on at Meta, the kind of its link to a dataset, what a login had
-- been granted before, and what else it reaches.

ALTER TABLE connect_attempt
    DROP CONSTRAINT connect_attempt_way_known,
    ADD CONSTRAINT connect_attempt_way_known CHECK (way IN ('facebook_login', 'embedded_signup', 'pasted_token')),
    ADD COLUMN also jsonb NOT NULL DEFAULT '{}'; -- channel to Meta's ids of what else the token reaches
UPDATE connect_attempt SET failure = 'held_elsewhere' WHERE failure = 'page_held_elsewhere';

ALTER TABLE asset
    ADD COLUMN parent_meta_id text NOT NULL DEFAULT '', -- the Page of an Instagram account, the account of a phone number
    ADD COLUMN dataset_kind text,                       -- decides the identity keys; a dataset may serve assets of two kinds
    ADD COLUMN linked_meta_id text,                     -- the dataset that Meta linked when asked last; empty text: none
    ADD COLUMN linked_at timestamptz,                   -- when that was
    ADD CONSTRAINT asset_dataset_kind_known CHECK (dataset_kind IN ('page', 'instagram', 'waba', 'page_linked_whatsapp'));
UPDATE asset SET dataset_kind = dataset.kind FROM dataset
WHERE dataset.advertiser_id = asset.advertiser_id AND dataset.id = asset.dataset_id;
ALTER TABLE asset ADD CONSTRAINT asset_dataset_has_kind CHECK ((dataset_id IS NULL) = (dataset_kind IS NULL));
ALTER TABLE dataset DROP COLUMN kind;

ALTER TABLE credential ADD COLUMN scopes_before text[] NOT NULL DEFAULT '{}'; -- those of the token before, or of this one once

CREATE INDEX asset_parent ON asset (advertiser_id, parent_meta_id) WHERE parent_meta_id <> '';
