-- From when on an asset that was written to regularly counts as silent.
ALTER TABLE partner
    ADD COLUMN silence_hours integer NOT NULL DEFAULT 24,
    ADD CONSTRAINT partner_silence_sane CHECK (silence_hours BETWEEN 1 AND 336);
GRANT SELECT (silence_hours) ON partner TO patchbay_advertiser;
