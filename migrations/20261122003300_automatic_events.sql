-- Conversions that Meta sees in WhatsApp conversations by itself: noted, and reported as events where the partner wants it.
ALTER TABLE partner ADD COLUMN report_automatic boolean NOT NULL DEFAULT false;
GRANT SELECT (report_automatic) ON partner TO patchbay_advertiser;
ALTER TABLE event DROP CONSTRAINT event_source_known;
ALTER TABLE event ADD CONSTRAINT event_source_known
    CHECK (source IN ('studio', 'ingest', 'api', 'csv', 'automatic'));
