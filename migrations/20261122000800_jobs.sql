-- When each job ran last: of several processes one runs it, and a restart neither repeats nor forgets it.
CREATE TABLE job (
    name        text        NOT NULL,
    started_at  timestamptz NOT NULL,
    finished_at timestamptz,          -- empty while it runs, and after a process that ended in the middle
    failed      boolean     NOT NULL, -- what went wrong is in the log
    CONSTRAINT job_pk PRIMARY KEY (name)
);
GRANT SELECT, INSERT, UPDATE ON job TO patchbay_partner;
