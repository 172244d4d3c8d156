//! What the user changes, written one behind the other, in the order of the keys.

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::sync::oneshot;

use super::sentence;
use crate::app::Event;
use crate::app::event::Direction;
use crate::app::on_server::Wish;
use crate::mail::{Anchor, Change, FolderId, LedgerId, MessageId, View};
use crate::store::{self, Reader, Store};

/// Something to be written.
pub(super) enum Write {
    Apply(Change),
    Step(Direction),
    Remember {
        key: String,
        value: String,
    },
    RememberOf {
        kind: &'static str,
        name: String,
        value: String,
    },
    Ask {
        ids: Vec<LedgerId>,
        wish: Wish,
    },
    Expunge(Vec<MessageId>),
    EmptyTrash(FolderId),
    /// Writes nothing: tells when all before it is written.
    Tell(oneshot::Sender<()>),
}

/// Mails deleted in one transaction: another key waits for no more than that.
const EXPUNGED_AT_ONCE: usize = 200;

/// Writes whatever is asked for, until nobody can ask any more.
pub(super) async fn write_all(
    store: Store,
    mut asked: UnboundedReceiver<Write>,
    tell: UnboundedSender<Event>,
) {
    while let Some(write) = asked.recv().await {
        if let Some(event) = carry_out(&store, write).await {
            let _ = tell.send(event);
        }
    }
}

fn remembered(done: Result<(), store::Error>) -> Option<Event> {
    match done {
        // A reader beside a running poptui has nothing to remember.
        Ok(()) | Err(store::Error::ReadOnly { .. }) => None,
        Err(error) => Some(Event::Failed(sentence(&error))),
    }
}

async fn carry_out(store: &Store, write: Write) -> Option<Event> {
    let now = super::now().div_euclid(1_000);
    Some(match write {
        Write::Apply(change) => {
            let done = store.write(move |writer| writer.apply(&change, now)).await;
            Event::Applied(done.map_err(|error| sentence(&error)))
        }
        Write::Step(direction) => {
            let step = move |writer: &mut store::Writer| match direction {
                Direction::Undo => writer.undo(now),
                Direction::Redo => writer.redo(now),
            };
            let result = store.write(step).await.map_err(|error| sentence(&error));
            Event::Undone { direction, result }
        }
        Write::Remember { key, value } => {
            let job = move |writer: &mut store::Writer| writer.remember(&key, &value);
            return remembered(store.write(job).await);
        }
        Write::RememberOf { kind, name, value } => {
            let job = move |writer: &mut store::Writer| writer.remember_of(kind, &name, &value);
            return remembered(store.write(job).await);
        }
        Write::Tell(written) => {
            let _ = written.send(());
            return None;
        }
        Write::Ask { ids, wish } => {
            let done = store.write(move |writer| match wish {
                Wish::Delete => writer.ask(&ids, true),
                Wish::Leave => writer.ask(&ids, false),
                Wish::DeleteOnly(id) => writer.ask_for_what_is_only_there(id),
            });
            Event::Asked(done.await.map_err(|error| sentence(&error)))
        }
        Write::Expunge(ids) => {
            let done = expunge(store, ids).await;
            Event::Expunged(done.map_err(|error| sentence(&error)))
        }
        Write::EmptyTrash(folder) => {
            let all = store.read(move |reader| all_in(reader, folder)).await;
            let done = match all {
                Ok(ids) => expunge(store, ids).await,
                Err(error) => Err(error),
            };
            Event::Expunged(done.map_err(|error| sentence(&error)))
        }
    })
}

async fn expunge(store: &Store, ids: Vec<MessageId>) -> Result<usize, store::Error> {
    let mut gone = 0;
    for some in ids.chunks(EXPUNGED_AT_ONCE) {
        let some = some.to_vec();
        gone += store.write(move |writer| writer.expunge(&some)).await?;
    }
    Ok(gone)
}

/// Rows read at a time.
const PAGE: usize = 1_000;

fn all_in(reader: &Reader, folder: FolderId) -> Result<Vec<MessageId>, store::Error> {
    let view = View {
        folder,
        account: None,
    };
    let mut ids = Vec::new();
    let mut anchor = Anchor::Top;
    loop {
        let page = reader.page(view, anchor, PAGE)?;
        ids.extend(page.rows.iter().map(|row| row.key.id));
        match page.rows.last().filter(|_| page.older) {
            Some(row) => anchor = Anchor::After(row.key),
            None => return Ok(ids),
        }
    }
}
