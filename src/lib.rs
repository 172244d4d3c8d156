//! poptui: mail fetched over POP3, kept in one local SQLite file, read and filed without a network.
//!
//! This page is the architecture document. Read it first; every file's first line then says why
//! that file exists.
//!
//! # Words
//!
//! *message*: a mail. *maildrop*: the mails on the server. *account*: where they come from.
//! *folder*: where the user puts them. *command*: a POP3 command. *action*: what the user asks.
//! *change*: what an action does to the store; it knows its inverse. *event*: what happened.
//! *effect*: what is to be done. *unique-id*: the server's name for a mail (RFC 1939, section 7).
//!
//! # Floors
//!
//! A file imports only from floors below its own; floor-mates do not know each other.
//!
//! ```text
//! 3  main  cli  demo  discover  runtime   hands: the loop, the terminal, the commands, the sample server, the search
//!                                            for an address's POP3 server
//! 2  fetch            ui             from server to store · from model to frame
//! 1  store            app            SQLite, all of it · the mind: pure, no clock, no I/O
//! 0  mail  pop3  query  config       what a mail is · the protocol · what a query means · what the user wrote
//!    providers                       what is known of the large providers of mail
//! ```
//!
//! On floor 3, `main` calls `cli`, `cli` calls `runtime`, `demo` and `discover`, which call none of them.
//! Crates have a home too: `rusqlite` in `store`; `mail_parser`, `html2text`, `simplecss`, `calcard`, the charsets and
//! `unicode_security` in `mail`; `ratatui` in `ui` and `runtime`; `crossterm` in `runtime`; `tokio_rustls` in `fetch`;
//! `ureq`, `hickory_resolver` and `roxmltree` in `discover`: the only HTTP and the only XML of the program never come
//! near a mail.
//! `tests/suite/architecture.rs` holds floors and homes.
//!
//! # Invariants
//!
//! 1. [`pop3`] does no I/O: octets in, events and octets out. It can be driven one octet at a time.
//! 2. Message, unique-id, size and hash are committed in one transaction ([`store`]); no DELE before
//!    that commit; a deletion is done only when QUIT was answered `+OK` ([`fetch`]).
//! 3. No foreign text reaches the terminal, the log or an error except as
//!    [`mail::SafeText`]: one constructor, one file.
//! 4. [`app::update`] is the whole program; it never waits, reads no clock, touches no file.
//! 5. [`ui::draw`] changes nothing and decides nothing.
//! 6. No SQL outside [`store`]; no query text built from user input.
//! 7. Every change by the user is a [`mail::Change`], applied in one place (`store/changes.rs`) and
//!    journalled with its inverse: undo and redo read that journal, also after a restart.
//! 8. One table of actions (`app/action.rs`): keymap, help, hints, config keys, the README's table
//!    and `poptui keys` are derived from it.
//! 9. A panic or a limit in a parser is an error for that one mail. Never `panic = "abort"`.
//!
//! # Four journeys
//!
//! **Key** → `runtime/input.rs` reads it → [`app::Event::Key`] → `app` asks the keymap (scope, pending
//! keys) → an action → the model changes, effects come out → `runtime/hands.rs` starts them and
//! returns at once → their results come back as events with a ticket (stale tickets are dropped) →
//! when the queue is empty, one draw.
//!
//! **Fetch** → `fetch/worker.rs` connects → the sans-I/O [`pop3::Session`] logs in → UIDL, LIST → known ids from
//! the store's reader → a pure `fetch/plan.rs` → pipelined RETR → verified → committed in batches bounded by
//! octets and time → `Stored` → rows appear, the cursor stays on its mail → DELE for committed mails
//! only → QUIT → confirmed.
//!
//! **Find** → what was typed becomes a tree ([`query::Query`]) → conditions and quoted tokens (`store/find/`) → the
//! full-text index gives ranks, newest first, which are mails. It fills behind the fetch: the store's writer, when no job
//! has come for a while, reads what a mail says ([`mail::Searchable`]) and cuts it into tokens (`store/index.rs`).
//!
//! **Open** → raw octets from a reader connection (of a long mail its beginning first) → taken apart once into
//! [`mail::Opened`], on a thread of its own, within limits → a [`mail::Typesetter`] lays it out piece by piece → a
//! [`mail::Document`] behind an `Arc`, told again as it grows → only the visible slice is made into rows and drawn.

pub mod app;
pub mod cli;
pub mod config;
pub mod demo;
pub mod discover;
pub mod fetch;
pub mod mail;
pub mod pop3;
pub mod providers;
pub mod query;
pub mod runtime;
pub mod store;
pub mod ui;
