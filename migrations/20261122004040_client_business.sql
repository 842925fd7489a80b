-- The business portfolio in which a system user's token was made: Events Manager opens in it.
ALTER TABLE credential ADD COLUMN client_business_id text; -- empty: a person's token, or Meta did not say
