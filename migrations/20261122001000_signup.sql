-- The two ways in that are no redirect: Meta's signup window, and a pasted token.
ALTER TABLE connect_attempt
    ADD COLUMN signup        jsonb, -- how Meta's window says it ended, and what it names: never trusted
    ADD COLUMN pasted_sealed bytea; -- a pasted token and what Meta said of it, until somebody decides
CREATE INDEX connect_attempt_pasted ON connect_attempt (updated_at) WHERE pasted_sealed IS NOT NULL;

ALTER TABLE credential ADD COLUMN is_limited boolean NOT NULL DEFAULT false; -- of another app: no proof, no dataset calls

-- Like the others: null follows the environment, here PATCHBAY_SIGNUP_CONFIG_ID.
ALTER TABLE partner
    ALTER COLUMN signup_configuration DROP NOT NULL,
    ALTER COLUMN signup_configuration DROP DEFAULT;
UPDATE partner SET signup_configuration = NULL WHERE signup_configuration = '';
