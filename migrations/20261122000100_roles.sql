-- The two roles that serve requests, and the one rule for every table that an advertiser owns. The role that runs
-- these migrations owns the tables; it never serves.
DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['patchbay_advertiser', 'patchbay_partner'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL; -- roles belong to the cluster: another database of it made them
        END;
        IF NOT pg_has_role(current_user, role_name, 'MEMBER') THEN
            EXECUTE format('GRANT %I TO %I', role_name, current_user);
        END IF;
    END LOOP;
END
$$;

GRANT USAGE ON SCHEMA public TO patchbay_advertiser, patchbay_partner;

-- Puts a table behind forced row-level security: the advertiser role sees the rows of the advertiser named by
-- `app.advertiser`, the partner role all of them, and so does the owner, whose later migrations may touch rows.
-- Two plain policies, not one with OR: that one loses the index.
CREATE PROCEDURE own_by_advertiser(owned regclass, key name, grants text)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', owned);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', owned);
    EXECUTE format(
        'CREATE POLICY advertiser ON %s TO patchbay_advertiser
             USING (%I = nullif(current_setting(''app.advertiser'', true), '''')::uuid)
             WITH CHECK (%I = nullif(current_setting(''app.advertiser'', true), '''')::uuid)',
        owned, key, key);
    EXECUTE format('CREATE POLICY partner ON %s TO patchbay_partner USING (true) WITH CHECK (true)', owned);
    EXECUTE format('CREATE POLICY owner ON %s TO %I USING (true) WITH CHECK (true)', owned, current_user);
    EXECUTE format('GRANT %s ON %s TO patchbay_advertiser, patchbay_partner', grants, owned);
END
$$;
