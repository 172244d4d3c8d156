-- Version 4 of the store: what goes from the server by the user's hand alone, and names that come again and again. Never
-- edited once released.

-- Whole here, and yet never deleted there by a policy: only while the user asks for it.
ALTER TABLE maildrop ADD COLUMN by_hand INTEGER NOT NULL DEFAULT 0 CHECK (by_hand IN (0, 1));

-- A server that numbers its mails gives the same names for years: what was deleted under one is not looked through.
CREATE INDEX maildrop_named ON maildrop (account, uid) WHERE deletion <> 'done';
