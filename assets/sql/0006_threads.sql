-- Version 6 of the store: threads as rows of lists, and what the tree of a thread is made of. Never edited once released.

-- 8 octets for the Message-ID of a mail, then 8 for each that it refers to, the one it answers last: of a thread's mails
-- that is enough to tell who answers whom. NULL where it has not been looked for yet: such mails are older than this
-- version, and from the one remembered as 'untied' on downward they are gone through by and by.
ALTER TABLE head ADD COLUMN ties BLOB;
INSERT INTO remembered (key, value) SELECT 'untied', id FROM message ORDER BY id DESC LIMIT 1;

CREATE INDEX message_thread_list ON message (thread, folder, date);

-- A row for each thread in a folder, and one for its mails of each account there; account 0 is all of them. It stands
-- where the newest of those mails does. Kept by the triggers below, never counted.
CREATE TABLE thread_row (
    folder  INTEGER NOT NULL,
    account INTEGER NOT NULL,
    thread  INTEGER NOT NULL,
    date    INTEGER NOT NULL,
    message INTEGER NOT NULL,
    mails   INTEGER NOT NULL CHECK (mails > 0),
    unread  INTEGER NOT NULL CHECK (unread BETWEEN 0 AND mails),
    PRIMARY KEY (folder, account, thread)
) STRICT, WITHOUT ROWID;
INSERT INTO thread_row (folder, account, thread, date, message, mails, unread)
SELECT folder, 0, thread, 0, 0, count(*), sum(unread) FROM message GROUP BY folder, thread;
INSERT INTO thread_row (folder, account, thread, date, message, mails, unread)
SELECT folder, account, thread, 0, 0, count(*), sum(unread) FROM message WHERE account IS NOT NULL
GROUP BY folder, account, thread;
UPDATE thread_row SET (date, message) = (
    SELECT date, id FROM message
    WHERE message.thread = thread_row.thread AND message.folder = thread_row.folder
      AND thread_row.account IN (0, message.account)
    ORDER BY date DESC, id DESC LIMIT 1);
CREATE INDEX thread_list ON thread_row (folder, account, date, message);

CREATE TRIGGER thread_joined AFTER INSERT ON message BEGIN
    INSERT INTO thread_row (folder, account, thread, date, message, mails, unread)
    VALUES (new.folder, 0, new.thread, new.date, new.id, 1, new.unread)
    ON CONFLICT (folder, account, thread) DO UPDATE SET
        date = max(date, excluded.date),
        message = CASE WHEN (excluded.date, excluded.message) > (date, message) THEN excluded.message ELSE message END,
        mails = mails + 1, unread = unread + excluded.unread;
    INSERT INTO thread_row (folder, account, thread, date, message, mails, unread)
    SELECT new.folder, new.account, new.thread, new.date, new.id, 1, new.unread WHERE new.account IS NOT NULL
    ON CONFLICT (folder, account, thread) DO UPDATE SET
        date = max(date, excluded.date),
        message = CASE WHEN (excluded.date, excluded.message) > (date, message) THEN excluded.message ELSE message END,
        mails = mails + 1, unread = unread + excluded.unread;
END;
CREATE TRIGGER thread_left AFTER DELETE ON message BEGIN
    DELETE FROM thread_row
    WHERE folder = old.folder AND account IN (0, old.account) AND thread = old.thread AND mails = 1;
    UPDATE thread_row SET mails = mails - 1, unread = unread - old.unread
    WHERE folder = old.folder AND account IN (0, old.account) AND thread = old.thread;
    UPDATE thread_row SET (date, message) = (
        SELECT date, id FROM message WHERE thread = old.thread AND folder = old.folder
        ORDER BY date DESC, id DESC LIMIT 1)
    WHERE folder = old.folder AND account = 0 AND thread = old.thread AND message = old.id;
    UPDATE thread_row SET (date, message) = (
        SELECT date, id FROM message WHERE thread = old.thread AND folder = old.folder AND account = old.account
        ORDER BY date DESC, id DESC LIMIT 1)
    WHERE folder = old.folder AND account = old.account AND thread = old.thread AND message = old.id;
END;
CREATE TRIGGER thread_changed AFTER UPDATE OF folder, account, thread, date ON message
WHEN new.folder <> old.folder OR new.thread <> old.thread OR new.date <> old.date OR new.account IS NOT old.account BEGIN
    DELETE FROM thread_row
    WHERE folder = old.folder AND account IN (0, old.account) AND thread = old.thread AND mails = 1;
    UPDATE thread_row SET mails = mails - 1, unread = unread - old.unread
    WHERE folder = old.folder AND account IN (0, old.account) AND thread = old.thread;
    UPDATE thread_row SET (date, message) = (
        SELECT date, id FROM message WHERE thread = old.thread AND folder = old.folder
        ORDER BY date DESC, id DESC LIMIT 1)
    WHERE folder = old.folder AND account = 0 AND thread = old.thread AND message = old.id;
    UPDATE thread_row SET (date, message) = (
        SELECT date, id FROM message WHERE thread = old.thread AND folder = old.folder AND account = old.account
        ORDER BY date DESC, id DESC LIMIT 1)
    WHERE folder = old.folder AND account = old.account AND thread = old.thread AND message = old.id;
    INSERT INTO thread_row (folder, account, thread, date, message, mails, unread)
    VALUES (new.folder, 0, new.thread, new.date, new.id, 1, new.unread)
    ON CONFLICT (folder, account, thread) DO UPDATE SET
        date = max(date, excluded.date),
        message = CASE WHEN (excluded.date, excluded.message) > (date, message) THEN excluded.message ELSE message END,
        mails = mails + 1, unread = unread + excluded.unread;
    INSERT INTO thread_row (folder, account, thread, date, message, mails, unread)
    SELECT new.folder, new.account, new.thread, new.date, new.id, 1, new.unread WHERE new.account IS NOT NULL
    ON CONFLICT (folder, account, thread) DO UPDATE SET
        date = max(date, excluded.date),
        message = CASE WHEN (excluded.date, excluded.message) > (date, message) THEN excluded.message ELSE message END,
        mails = mails + 1, unread = unread + excluded.unread;
END;
CREATE TRIGGER thread_read AFTER UPDATE OF unread ON message
WHEN new.unread <> old.unread AND new.folder = old.folder AND new.thread = old.thread AND new.date = old.date
     AND new.account IS old.account BEGIN
    UPDATE thread_row SET unread = unread + new.unread - old.unread
    WHERE folder = new.folder AND account IN (0, new.account) AND thread = new.thread;
END;
