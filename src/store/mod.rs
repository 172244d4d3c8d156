//! The mail on disk: one SQLite file, one writer, readers of their own. All the SQL there is.
//!
//! # Files
//!
//! The data directory (0700) holds `mail.sqlite` with its `-wal` and `-shm`, and `poptui.lock` (all 0600).
//! Anyone can take their mail out with the `sqlite3` shell:
//! `select writefile(message || '.eml', octets) from octets;`
//!
//! # Schema (`assets/sql/`)
//!
//! - `account`: where mail comes from. `folder`: where the user puts it; Inbox, Archive and Trash
//!   are there from the start, the user's own are told apart without regard to case.
//! - `message`: what a row of a list shows, narrow, so that a page of a list is a page or two of the file.
//!   Its `date` is the sort date: what the mail says, where that lies after 1970 and no more than a day
//!   after arrival, else the arrival. Ids are never used twice.
//! - `octets`: the mail exactly as received, plain. Under POP3 this can be the only copy, and octets that
//!   any tool can take out are worth more than space; a later migration may compress, with measurements.
//! - `head`: the rest of what is told of a mail (hash, arrival, addressees and attachments as JSON).
//! - `search`: folded words of subject, names and addresses (see [`crate::query::index_text`]): by them a mail is found
//!   that is not indexed yet.
//! - `words`: the full-text index, without the texts themselves: tokens of subject, people, text, file names, list and
//!   ids ([`crate::query::add_tokens`]). Its rowid is `message.rank`, which is made of the date, so that hits come in the
//!   order of lists and none are sorted (`find.rs`). `beginnings`: what words begin with, by one to three characters.
//!   A mail whose rank is NULL waits to be indexed: mails are committed first and indexed when nothing else is to be
//!   done (`index.rs`); after a crash, or an upgrade, the rest is still waiting.
//! - `maildrop`: the ledger of mails on servers: unique-id, listed size, hash, where the deletion stands, since when
//!   the server has not listed it, how often it came back. Unique by account, unique-id, listed size and hash
//!   (without unique-ids: account and hash), so that nothing is there twice. A row outlives its message: a mail that
//!   was deleted here for good is known when it is listed again. A mail of which only the head came, or whose size
//!   is in doubt, is replaced in place by a better one (`replace.rs`, `cut.rs`). What is not whole here goes from the
//!   server only where the user asked for that very mail (`deletion.rs`).
//! - `server`: what was learned of an account's server, and how often it refused the log-in.
//! - `thread_link`: which thread a Message-ID belongs to, also of mails not seen yet. `thread_row`: a row for each thread
//!   of a folder, and of an account's mail there, with its newest mail and counters, kept by triggers. Who answers whom
//!   is told by `head.ties` (`ties.rs`).
//! - `counter`: mails and unread mails by folder and account, kept by triggers.
//! - `journal`, `journal_entry`: the user's changes, each with the value before it, for undo and redo.
//! - `remembered`: what the screen wants to find again, what servers announced before a log-in, and which names stood
//!   beside mails that were deleted there (`beside.rs`).
//!
//! # Durability
//!
//! WAL with `synchronous=FULL`: what [`Writer`] has returned survives a power cut. `NORMAL` would lose
//! mail that was already deleted on the server. Nothing here ever deletes or "repairs" a damaged file.
//!
//! # In and out
//!
//! Mail from files has no account and no row in the ledger; it is known by its content (`import.rs`). `backup.rs` copies one
//! moment of the store into a file and proves the copy. `verify/` checks octets against hashes, and all that is made from
//! mails against the mails; what is made from them is all that it ever writes.
//!
//! # Threads
//!
//! One writer thread, two reader threads, each with a connection of its own; jobs are closures over a
//! typed [`Writer`] or [`Reader`], so that SQL stays on this floor (`lane.rs`). The writer indexes when no job has come
//! for a while, and ends a batch early when one comes.

mod absence;
mod accounts;
mod add;
mod adopt;
mod backup;
mod beside;
mod beyond;
mod changes;
mod checkpoint;
mod content;
mod cut;
mod deletion;
mod directory;
mod due;
mod earlier;
mod error;
mod expunge;
mod find;
mod folders;
mod handle;
mod import;
mod index;
mod journal;
mod lane;
mod ledger;
mod lessons;
mod lists;
mod lock;
mod maildrop;
mod migrate;
mod namesakes;
mod octets;
mod open;
mod paging;
mod place;
mod remember;
mod replace;
mod summaries;
#[cfg(test)]
mod testing;
mod thread_list;
mod threads;
mod ties;
mod uid;
mod undo;
mod unread;
mod verify;
mod wanted;

pub use absence::Absence;
pub use add::{Added, NewMail, Outcome};
pub use adopt::Configured;
pub use backup::Backup;
pub use beside::Beside;
pub use beyond::{SMALL, is_a_count};
pub use cut::Sighted;
pub use deletion::{Deletion, Unsent};
pub use due::{Grounds, due};
pub use earlier::MANY_EARLIER;
pub use error::Error;
pub use handle::Store;
pub use import::{Contents, FromFile, LARGEST_MAIL, Shelf};
pub use ledger::Extent;
pub use lessons::Lessons;
pub use maildrop::{Known, Proof};
pub use namesakes::Namesakes;
pub use open::{Reader, Writer};
pub use summaries::Summary;
pub use uid::stored_uid;
pub use verify::{Damaged, Findings, Harm};

/// What the store answers.
type Result<T> = std::result::Result<T, Error>;
