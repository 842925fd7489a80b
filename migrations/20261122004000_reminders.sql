-- A reminder writes a link anew, since its secret is stored nowhere; how often that may happen is bounded for each link.
ALTER TABLE connect_link ADD COLUMN reminders integer NOT NULL DEFAULT 0;
CREATE INDEX onboarding_link ON onboarding (since, advertiser_id) WHERE link_id IS NOT NULL AND NOT is_archived;
