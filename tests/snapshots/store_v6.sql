CREATE TABLE account (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    name    TEXT NOT NULL UNIQUE,
    address TEXT NOT NULL,
    maildrop TEXT -- whose mail it is there: user@host
) STRICT;
CREATE VIRTUAL TABLE beginnings USING fts5 (
    beginning,
    content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);
CREATE TABLE counter (
    folder  INTEGER NOT NULL REFERENCES folder (id) ON DELETE CASCADE,
    account INTEGER NOT NULL,
    total   INTEGER NOT NULL CHECK (total >= 0),
    unread  INTEGER NOT NULL CHECK (unread BETWEEN 0 AND total),
    PRIMARY KEY (folder, account)
) STRICT, WITHOUT ROWID;
CREATE TABLE folder (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    role   TEXT NOT NULL CHECK (role IN ('inbox', 'archive', 'trash', 'own')),
    name   TEXT NOT NULL,
    folded TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE head (
    message     INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    sha256      BLOB NOT NULL CHECK (length(sha256) = 32),
    arrived     INTEGER NOT NULL,
    date        INTEGER,
    message_id  TEXT,
    addresses   TEXT NOT NULL,
    attachments TEXT NOT NULL
, ties BLOB) STRICT;
CREATE TABLE journal (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    at     INTEGER NOT NULL,
    kind   TEXT NOT NULL CHECK (kind IN ('read', 'unread', 'flagged', 'unflagged', 'moved', 'opened')),
    folder INTEGER,
    made   TEXT,
    undone INTEGER NOT NULL DEFAULT 0 CHECK (undone IN (0, 1))
) STRICT;
CREATE TABLE journal_entry (
    journal INTEGER NOT NULL REFERENCES journal (id) ON DELETE CASCADE,
    message INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    before  INTEGER NOT NULL,
    PRIMARY KEY (journal, message)
) STRICT, WITHOUT ROWID;
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
, by_hand INTEGER NOT NULL DEFAULT 0 CHECK (by_hand IN (0, 1))) STRICT;
CREATE TABLE message (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    folder     INTEGER NOT NULL REFERENCES folder (id),
    account    INTEGER REFERENCES account (id),
    date       INTEGER NOT NULL,
    unread     INTEGER NOT NULL CHECK (unread IN (0, 1)),
    flagged    INTEGER NOT NULL CHECK (flagged IN (0, 1)),
    answered   INTEGER NOT NULL CHECK (answered IN (0, 1)),
    attachment INTEGER NOT NULL CHECK (attachment IN (0, 1)),
    size       INTEGER NOT NULL,
    thread     INTEGER NOT NULL,
    sender     TEXT NOT NULL,
    subject    TEXT NOT NULL
, completeness INTEGER NOT NULL DEFAULT 0 CHECK (completeness IN (0, 1, 2)), rank INTEGER) STRICT;
CREATE TABLE octets (
    message INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    octets  BLOB NOT NULL
) STRICT;
CREATE TABLE remembered (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE search (
    message INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    text    TEXT NOT NULL
) STRICT;
CREATE TABLE server (
    account     INTEGER PRIMARY KEY REFERENCES account (id),
    lock_step_since INTEGER,
    without_capa    INTEGER NOT NULL,
    without_capa_since INTEGER,
    last_login      INTEGER,
    login_delay     INTEGER
, refusals INTEGER NOT NULL DEFAULT 0 CHECK (refusals >= 0), refused_as INTEGER) STRICT;
CREATE TABLE thread_link (
    message_id TEXT PRIMARY KEY,
    thread     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
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
CREATE VIRTUAL TABLE words USING fts5 (
    body, subject, sender, recipient, copy, files, list, ids,
    content = '', contentless_delete = 1, detail = full, tokenize = 'ascii'
);
CREATE UNIQUE INDEX folder_role ON folder (role) WHERE role <> 'own';
CREATE INDEX journal_entry_message ON journal_entry (message);
CREATE INDEX journal_step ON journal (undone, id) WHERE kind <> 'opened';
CREATE INDEX maildrop_account ON maildrop (account) WHERE deletion <> 'done';
CREATE INDEX maildrop_gone ON maildrop (account, sha256) WHERE absent_since IS NOT NULL OR deletion = 'done';
CREATE INDEX maildrop_incomplete ON maildrop (account, uid, listed_size) WHERE completeness <> 0;
CREATE UNIQUE INDEX maildrop_message ON maildrop (message) WHERE message IS NOT NULL;
CREATE INDEX maildrop_named ON maildrop (account, uid) WHERE deletion <> 'done';
CREATE INDEX maildrop_octets ON maildrop (account, sha256, uid);
CREATE UNIQUE INDEX maildrop_uid ON maildrop (account, uid, ifnull(listed_size, -1), sha256)
    WHERE uid IS NOT NULL;
CREATE UNIQUE INDEX maildrop_without_uid ON maildrop (account, sha256) WHERE uid IS NULL;
CREATE INDEX message_account_list   ON message (folder, account, date);
CREATE INDEX message_account_unread ON message (folder, account, date) WHERE unread = 1;
CREATE INDEX message_date           ON message (date, id, folder);
CREATE INDEX message_incomplete ON message (date, id, folder) WHERE completeness <> 0;
CREATE INDEX message_list           ON message (folder, date);
CREATE UNIQUE INDEX message_rank ON message (rank);
CREATE INDEX message_thread         ON message (thread);
CREATE INDEX message_thread_list ON message (thread, folder, date);
CREATE INDEX message_unread         ON message (folder, date) WHERE unread = 1;
CREATE INDEX thread_link_thread ON thread_link (thread);
CREATE INDEX thread_list ON thread_row (folder, account, date, message);
CREATE TRIGGER message_added AFTER INSERT ON message BEGIN
    INSERT INTO counter (folder, account, total, unread)
    VALUES (new.folder, ifnull(new.account, 0), 1, new.unread)
    ON CONFLICT (folder, account) DO UPDATE SET total = total + 1, unread = unread + excluded.unread;
END;
CREATE TRIGGER message_changed AFTER UPDATE OF folder, account, unread ON message
WHEN new.folder <> old.folder OR new.unread <> old.unread OR new.account IS NOT old.account BEGIN
    UPDATE counter SET total = total - 1, unread = unread - old.unread
    WHERE folder = old.folder AND account = ifnull(old.account, 0);
    INSERT INTO counter (folder, account, total, unread)
    VALUES (new.folder, ifnull(new.account, 0), 1, new.unread)
    ON CONFLICT (folder, account) DO UPDATE SET total = total + 1, unread = unread + excluded.unread;
END;
CREATE TRIGGER message_removed AFTER DELETE ON message BEGIN
    UPDATE counter SET total = total - 1, unread = unread - old.unread
    WHERE folder = old.folder AND account = ifnull(old.account, 0);
END;
CREATE TRIGGER message_to_index_again AFTER UPDATE OF rank ON message
WHEN old.rank IS NOT NULL AND new.rank IS NOT old.rank BEGIN
    DELETE FROM words WHERE rowid = old.rank;
    DELETE FROM beginnings WHERE rowid = old.rank;
END;
CREATE TRIGGER message_without_index AFTER DELETE ON message WHEN old.rank IS NOT NULL BEGIN
    DELETE FROM words WHERE rowid = old.rank;
    DELETE FROM beginnings WHERE rowid = old.rank;
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
CREATE TRIGGER thread_read AFTER UPDATE OF unread ON message
WHEN new.unread <> old.unread AND new.folder = old.folder AND new.thread = old.thread AND new.date = old.date
     AND new.account IS old.account BEGIN
    UPDATE thread_row SET unread = unread + new.unread - old.unread
    WHERE folder = new.folder AND account IN (0, new.account) AND thread = new.thread;
END;
