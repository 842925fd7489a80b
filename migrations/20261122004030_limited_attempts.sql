-- Whether a request went out with another app's token: what came back says nothing of our own app.
ALTER TABLE attempt ADD COLUMN is_limited boolean NOT NULL DEFAULT false;
