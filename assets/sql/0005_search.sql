-- Version 5 of the store: full-text search. Never edited once released.

-- A mail's place in the order of display, newest last: its date, and on to the next free number where that is taken. NULL:
-- its words are not in the index yet.
ALTER TABLE message ADD COLUMN rank INTEGER;
CREATE UNIQUE INDEX message_rank ON message (rank);

-- The words of mails, tokens with spaces between them; the rowid is the rank. Contentless: the mails are in `octets`. Most
-- words are in the first column, for which FTS5 needs two octets less a word.
CREATE VIRTUAL TABLE words USING fts5 (
    body, subject, sender, recipient, copy, files, list, ids,
    content = '', contentless_delete = 1, detail = full, tokenize = 'ascii'
);
-- What words begin with, one to three characters of them: what FTS5's own index of prefixes needs four times the room for.
CREATE VIRTUAL TABLE beginnings USING fts5 (
    beginning,
    content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);

-- Two of FTS5's usual leaves do not fit into a page of 8 KiB, by a few octets; one of this size does.
INSERT INTO words (words, rank) VALUES ('pgsz', 8100);
INSERT INTO beginnings (beginnings, rank) VALUES ('pgsz', 8100);

-- Whoever takes a mail away, or says that it has changed, has the index follow.
CREATE TRIGGER message_without_index AFTER DELETE ON message WHEN old.rank IS NOT NULL BEGIN
    DELETE FROM words WHERE rowid = old.rank;
    DELETE FROM beginnings WHERE rowid = old.rank;
END;
CREATE TRIGGER message_to_index_again AFTER UPDATE OF rank ON message
WHEN old.rank IS NOT NULL AND new.rank IS NOT old.rank BEGIN
    DELETE FROM words WHERE rowid = old.rank;
    DELETE FROM beginnings WHERE rowid = old.rank;
END;
