-- Which messages a contact wrote: asked when the contact is erased.
CREATE INDEX webhook_message_contact ON webhook_message (contact_id) WHERE contact_id IS NOT NULL;
-- Whose login it was: asked when Meta says that the person left.
CREATE INDEX credential_person ON credential (person_id) WHERE person_id <> '';
