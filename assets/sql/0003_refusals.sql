-- Version 3 of the store: log-ins that the server refused are counted across runs. Never edited once released.

-- How many in a row.
ALTER TABLE server ADD COLUMN refusals INTEGER NOT NULL DEFAULT 0 CHECK (refusals >= 0);
-- What the account signed in as: part of a hash, enough to see that the user has changed something.
ALTER TABLE server ADD COLUMN refused_as INTEGER;
