-- Version 2 of the store: the maildrop becomes a ledger that outlives its messages. Never edited once released.

-- 0 whole · 1 only the head is here · 2 its size is not what LIST told
ALTER TABLE message ADD COLUMN completeness INTEGER NOT NULL DEFAULT 0 CHECK (completeness IN (0, 1, 2));
CREATE INDEX message_incomplete ON message (date, id, folder) WHERE completeness <> 0;

ALTER TABLE maildrop RENAME TO maildrop_1;

-- A row for each mail that came from a server. It stays when the message is deleted here for good, so that the mail
-- is neither stored again nor forgotten there.
CREATE TABLE maildrop (
    id           INTEGER PRIMARY KEY,
    message      INTEGER REFERENCES message (id) ON DELETE SET NULL,
    account      INTEGER NOT NULL REFERENCES account (id),
    uid          BLOB,
    listed_size  INTEGER,
    sha256       BLOB NOT NULL CHECK (length(sha256) = 32),
    deletion     TEXT NOT NULL CHECK (deletion IN ('none', 'allowed', 'asked', 'sent', 'done', 'given-up')),
    completeness INTEGER NOT NULL CHECK (completeness IN (0, 1, 2)),
    stored       INTEGER NOT NULL,
    absent_since INTEGER,
    attempts     INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    copies       INTEGER NOT NULL DEFAULT 1 CHECK (copies >= 1),
    readings     INTEGER NOT NULL DEFAULT 0 CHECK (readings >= 0),
    proof        TEXT NOT NULL DEFAULT 'octets' CHECK (proof IN ('octets', 'head')),
    -- Of one whose deletion is 'sent': whether it was the user's wish. The policy may change its mind.
    asked        INTEGER NOT NULL DEFAULT 0 CHECK (asked IN (0, 1))
) STRICT;

-- In version 1 'none' meant that the size differed, or that LIST told none (or 0): only the former is doubtful.
-- Since when a mail had not been listed was not kept: the 30 days of grace begin now.
INSERT INTO maildrop (id, message, account, uid, listed_size, sha256, deletion, completeness, stored, absent_since)
SELECT old.message, old.message, old.account, old.uid, old.listed_size, old.sha256, old.deletion,
       CASE WHEN old.deletion = 'none' AND old.listed_size > 0 THEN 2 ELSE 0 END,
       ifnull(head.arrived, unixepoch()),
       CASE old.listed WHEN 0 THEN unixepoch() END
FROM maildrop_1 AS old LEFT JOIN head ON head.message = old.message ORDER BY old.message;
UPDATE message SET completeness = 2 WHERE id IN (SELECT message FROM maildrop WHERE completeness = 2);
DROP TABLE maildrop_1;

CREATE UNIQUE INDEX maildrop_message ON maildrop (message) WHERE message IS NOT NULL;
-- For going through all of an account's rows that may still be there, in the order in which they lie in the file.
CREATE INDEX maildrop_account ON maildrop (account) WHERE deletion <> 'done';
CREATE UNIQUE INDEX maildrop_uid ON maildrop (account, uid, ifnull(listed_size, -1), sha256)
    WHERE uid IS NOT NULL;
CREATE UNIQUE INDEX maildrop_without_uid ON maildrop (account, sha256) WHERE uid IS NULL;
CREATE INDEX maildrop_octets ON maildrop (account, sha256, uid);
CREATE INDEX maildrop_gone ON maildrop (account, sha256) WHERE absent_since IS NOT NULL OR deletion = 'done';
CREATE INDEX maildrop_incomplete ON maildrop (account, uid, listed_size) WHERE completeness <> 0;

-- What was learned of an account's server, so that no fetch has to find it out again.
CREATE TABLE server (
    account     INTEGER PRIMARY KEY REFERENCES account (id),
    lock_step_since INTEGER,
    without_capa    INTEGER NOT NULL,
    without_capa_since INTEGER,
    last_login      INTEGER,
    login_delay     INTEGER
) STRICT;
