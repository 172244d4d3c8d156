//! The one place where the user's changes are applied to stored mail.

use rusqlite::{Connection, OptionalExtension};

use super::{Result, Writer};
use super::{folders, journal};
use crate::mail::{Change, Destination, FolderId, MessageId};

impl Writer {
    /// Applies a change of the user's and journals its inverse, in one durable transaction.
    ///
    /// Messages that are in the new state already, or gone, are left alone; a change that touches none
    /// leaves no trace: no folder is made, and what could be redone still can.
    pub fn apply(&mut self, change: &Change, now: i64) -> Result<()> {
        let transaction = self.begin()?;
        let step = Step::of(&transaction, change)?;
        let mut befores = Vec::new();
        for &id in step.ids {
            if let Some(before) = set(&transaction, step.kind.column(), id, step.after)? {
                befores.push((id, before));
            }
        }
        if befores.is_empty() {
            return Ok(());
        }
        journal::record(&transaction, &step, &befores, now)?;
        Ok(transaction.commit()?)
    }
}

/// A change in the store's words: one column of some messages gets one value.
pub(super) struct Step<'a> {
    pub(super) kind: Kind,
    pub(super) ids: &'a [MessageId],
    /// What the column holds afterwards.
    pub(super) after: i64,
    /// The name of the folder that was made for this change.
    pub(super) made: Option<&'a str>,
}

/// The kinds of change that the journal knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Read,
    Unread,
    Flagged,
    Unflagged,
    Moved,
    Opened,
}

/// What of a message a change touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Unread,
    Flagged,
    Folder,
}

impl<'a> Step<'a> {
    fn of(connection: &Connection, change: &'a Change) -> Result<Self> {
        let simple = |kind, ids, after: bool| Self {
            kind,
            ids,
            after: after.into(),
            made: None,
        };
        Ok(match change {
            Change::Read { ids, read: true } => simple(Kind::Read, ids, false),
            Change::Read { ids, read: false } => simple(Kind::Unread, ids, true),
            Change::Opened { id } => simple(Kind::Opened, std::slice::from_ref(id), false),
            Change::Flag { ids, flagged: true } => simple(Kind::Flagged, ids, true),
            Change::Flag {
                ids,
                flagged: false,
            } => simple(Kind::Unflagged, ids, false),
            Change::Move { ids, to } => {
                let (folder, made) = folder(connection, to)?;
                Self {
                    kind: Kind::Moved,
                    ids,
                    after: folder.0,
                    made,
                }
            }
        })
    }
}

impl Kind {
    pub(super) fn column(self) -> Column {
        match self {
            Self::Read | Self::Unread | Self::Opened => Column::Unread,
            Self::Flagged | Self::Unflagged => Column::Flagged,
            Self::Moved => Column::Folder,
        }
    }
}

/// The folder that a move goes to, and its name if it was made just now.
fn folder<'a>(connection: &Connection, to: &'a Destination) -> Result<(FolderId, Option<&'a str>)> {
    match to {
        Destination::Folder(id) => {
            folders::name(connection, *id)?;
            Ok((*id, None))
        }
        Destination::New(name) => match folders::find(connection, name)? {
            Some(id) => Ok((id, None)),
            None => Ok((folders::make(connection, None, name)?, Some(name))),
        },
    }
}

/// Gives one column of a message a value; tells the value before it if that was another one.
pub(super) fn set(
    connection: &Connection,
    column: Column,
    id: MessageId,
    value: i64,
) -> rusqlite::Result<Option<i64>> {
    let (read, write) = match column {
        Column::Unread => (
            "SELECT unread FROM message WHERE id = ?1",
            "UPDATE message SET unread = ?2 WHERE id = ?1",
        ),
        Column::Flagged => (
            "SELECT flagged FROM message WHERE id = ?1",
            "UPDATE message SET flagged = ?2 WHERE id = ?1",
        ),
        Column::Folder => (
            "SELECT folder FROM message WHERE id = ?1",
            "UPDATE message SET folder = ?2 WHERE id = ?1",
        ),
    };
    let before: Option<i64> = connection
        .prepare_cached(read)?
        .query_row([id.0], |row| row.get(0))
        .optional()?;
    let before = before.filter(|&before| before != value);
    if before.is_some() {
        connection.prepare_cached(write)?.execute((id.0, value))?;
    }
    Ok(before)
}

#[cfg(test)]
mod tests {
    use crate::mail::{Change, Destination, FolderId, MessageId};
    use crate::store::testing::Home;
    use crate::store::{Error, Writer};
    use proptest::prelude::*;

    fn ids(numbers: &[i64]) -> Vec<MessageId> {
        numbers.iter().copied().map(MessageId).collect()
    }

    #[test]
    fn a_change_touches_what_it_names_and_nothing_else() {
        let home = Home::new();
        let mut writer = home.writer();
        home.fill(&mut writer, 3);
        writer
            .apply(
                &Change::Read {
                    ids: ids(&[1, 99]),
                    read: true,
                },
                0,
            )
            .expect("writes");
        writer
            .apply(
                &Change::Flag {
                    ids: ids(&[2]),
                    flagged: true,
                },
                0,
            )
            .expect("writes");
        let to = Destination::New("Lists".to_owned());
        writer
            .apply(&Change::Move { ids: ids(&[3]), to }, 0)
            .expect("writes");
        writer
            .apply(&Change::Opened { id: MessageId(2) }, 0)
            .expect("writes");

        let reader = home.reader();
        let told = |id| {
            let told = reader
                .summary(MessageId(id))
                .expect("reads")
                .expect("is there");
            (told.folder, told.unread, told.flagged)
        };
        assert_eq!(told(1), ("Inbox".to_owned(), false, false));
        assert_eq!(told(2), ("Inbox".to_owned(), false, true));
        assert_eq!(told(3), ("Lists".to_owned(), true, false));
    }

    #[test]
    fn a_move_to_a_folder_that_is_gone_is_refused_as_a_whole() {
        let home = Home::new();
        let mut writer = home.writer();
        home.fill(&mut writer, 1);
        let change = Change::Move {
            ids: ids(&[1]),
            to: Destination::Folder(FolderId(99)),
        };
        assert!(matches!(writer.apply(&change, 0), Err(Error::NoFolder)));
        let change = Change::Move {
            ids: ids(&[1]),
            to: Destination::New("  ".to_owned()),
        };
        assert!(matches!(writer.apply(&change, 0), Err(Error::FolderName)));
        assert_eq!(
            home.reader().rows(&ids(&[1])).expect("reads")[0].folder,
            home.inbox()
        );
    }

    #[test]
    fn a_change_that_touches_nothing_leaves_no_trace() {
        let home = Home::new();
        let mut writer = home.writer();
        home.fill(&mut writer, 1);
        let to = Destination::Folder(home.inbox());
        writer
            .apply(&Change::Move { ids: ids(&[1]), to }, 0)
            .expect("writes");
        let to = Destination::New("Never".to_owned());
        writer
            .apply(
                &Change::Move {
                    ids: ids(&[99]),
                    to,
                },
                0,
            )
            .expect("writes");
        assert_eq!(home.reader().folders().expect("reads").len(), 3);
        assert_eq!(writer.undo(0).expect("writes"), None);
    }

    /// Counters as kept, and as counted.
    fn counters(writer: &Writer) -> [Vec<(i64, i64, i64, i64)>; 2] {
        let kept =
            "SELECT folder, account, total, unread FROM counter WHERE total > 0 ORDER BY 1, 2";
        let counted = "SELECT folder, ifnull(account, 0), count(*), sum(unread) FROM message GROUP BY 1, 2 ORDER BY 1, 2";
        [kept, counted].map(|sql| {
            let mut statement = writer.connection.prepare(sql).expect("is SQL");
            let rows = statement.query_map([], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            });
            rows.expect("reads")
                .collect::<Result<_, _>>()
                .expect("reads")
        })
    }

    /// The rows of threads as kept, and as gathered from the mails.
    fn thread_rows(writer: &Writer) -> [Vec<[i64; 7]>; 2] {
        let kept = "SELECT folder, account, thread, date, message, mails, unread FROM thread_row ORDER BY 1, 2, 3";
        let gathered = "
            WITH placed AS (
                SELECT folder, 0 AS account, thread, date, id, unread FROM message
                UNION ALL
                SELECT folder, account, thread, date, id, unread FROM message WHERE account IS NOT NULL)
            SELECT folder, account, thread, max(date),
                   (SELECT id FROM placed AS one WHERE one.folder = placed.folder AND one.account = placed.account
                        AND one.thread = placed.thread ORDER BY date DESC, id DESC LIMIT 1),
                   count(*), sum(unread)
            FROM placed GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";
        [kept, gathered].map(|sql| {
            let mut statement = writer.connection.prepare(sql).expect("is SQL");
            let rows = statement.query_map([], |row| {
                let mut columns = [0; 7];
                for (at, column) in columns.iter_mut().enumerate() {
                    *column = row.get(at)?;
                }
                Ok(columns)
            });
            rows.expect("reads")
                .collect::<Result<_, _>>()
                .expect("reads")
        })
    }

    #[derive(Debug, Clone)]
    enum Deed {
        Add(bool),
        /// Of which account, its Message-ID, the one it refers to, its date.
        Answer(bool, u8, u8, i64),
        Apply(Change),
        Undo,
        Redo,
        Remove(i64),
    }

    fn deed() -> impl Strategy<Value = Deed> {
        let some = || proptest::collection::vec((1..12_i64).prop_map(MessageId), 0..5);
        let to = prop_oneof![
            (1..4_i64).prop_map(|id| Destination::Folder(FolderId(id))),
            "[AB]".prop_map(Destination::New),
        ];
        prop_oneof![
            1 => any::<bool>().prop_map(Deed::Add),
            3 => (any::<bool>(), 0..9_u8, 0..9_u8, 1..9_i64).prop_map(|(first, own, other, date)| Deed::Answer(first, own, other, date)),
            2 => (some(), any::<bool>()).prop_map(|(ids, read)| Deed::Apply(Change::Read { ids, read })),
            1 => (some(), any::<bool>()).prop_map(|(ids, flagged)| Deed::Apply(Change::Flag { ids, flagged })),
            2 => (some(), to).prop_map(|(ids, to)| Deed::Apply(Change::Move { ids, to })),
            1 => (1..12_i64).prop_map(|id| Deed::Apply(Change::Opened { id: MessageId(id) })),
            2 => Just(Deed::Undo),
            2 => Just(Deed::Redo),
            1 => (1..12_i64).prop_map(Deed::Remove),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn kept_counters_and_rows_of_threads_are_what_counting_gives(deeds in proptest::collection::vec(deed(), 1..40)) {
            let home = Home::new();
            let mut writer = home.writer();
            let accounts = ["alice", "bob"].map(|name| writer.account(name, "").expect("writes"));
            for deed in deeds {
                match deed {
                    Deed::Add(first) => {
                        let account = accounts[usize::from(first)];
                        writer.add(account, &[home.mail("x")]).map(drop).expect("writes");
                    }
                    Deed::Answer(first, own, other, date) => {
                        let mut mail = home.mail_of("x", date);
                        mail.envelope.message_id = Some(own.to_string());
                        mail.envelope.references = vec![other.to_string()];
                        writer.add(accounts[usize::from(first)], &[mail]).map(drop).expect("writes");
                    }
                    Deed::Apply(change) => writer.apply(&change, 0).expect("writes"),
                    Deed::Undo => writer.undo(0).map(drop).expect("writes"),
                    Deed::Redo => writer.redo(0).map(drop).expect("writes"),
                    // No change of the user's removes mail yet; the triggers are ready for it.
                    Deed::Remove(id) => {
                        writer.connection.execute("DELETE FROM message WHERE id = ?1", [id]).expect("writes");
                    }
                }
                let [kept, counted] = counters(&writer);
                prop_assert_eq!(kept, counted);
                let [kept, gathered] = thread_rows(&writer);
                prop_assert_eq!(kept, gathered);
            }
        }
    }
}
