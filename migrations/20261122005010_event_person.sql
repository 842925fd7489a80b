-- By what an event's person is known again, while nobody of ours is known to be them: the keyed hash of the identifier, or
-- of the click. Once they are a contact the event names that instead.
ALTER TABLE event ADD COLUMN person_hash bytea;
CREATE INDEX event_person ON event (advertiser_id, person_hash) WHERE person_hash IS NOT NULL;
