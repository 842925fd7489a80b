-- One advertiser for each of the partner's own ids, those put away included: an import finds an advertiser by it. Where
-- several have the same one, the oldest that is in use keeps it and the others get a number behind it.
DO $$
DECLARE
    twin   record;
    number integer;
BEGIN
    FOR twin IN
        SELECT id, reference
        FROM (SELECT id, reference,
                     row_number() OVER (PARTITION BY reference ORDER BY archived_at IS NOT NULL, id) AS place
              FROM advertiser WHERE reference <> '') AS ranked
        WHERE place > 1
        ORDER BY id
    LOOP
        number := 2;
        WHILE EXISTS (SELECT FROM advertiser WHERE reference = twin.reference || ' (' || number || ')') LOOP
            number := number + 1;
        END LOOP;
        UPDATE advertiser SET reference = twin.reference || ' (' || number || ')' WHERE id = twin.id;
    END LOOP;
END
$$;
DROP INDEX advertiser_reference;
CREATE UNIQUE INDEX advertiser_reference_once ON advertiser (reference) WHERE reference <> '';
