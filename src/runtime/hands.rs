//! Effects become work: started here, never waited for; what comes of them goes back as events.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::Notify;
use tokio::sync::mpsc::{self, UnboundedSender};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::deeds::Deeds;
use super::fetching::Fetching;
use super::finding::Finding;
use super::holdings;
use super::opening::{Opening, Wanted};
use super::outside::Outside;
use super::sentence;
use super::writing::{Write, write_all};
use crate::app::effect::{Effect, Lookup, Toward};
use crate::app::event::Drawer;
use crate::app::{Event, effect};
use crate::fetch::{Connect, Wish};
use crate::mail::{Anchor, Key, MessageId, Row, SafeText, View};
use crate::store::{self, Reader, Store};

/// The hands.
pub(super) struct Hands<C> {
    store: Store,
    tell: UnboundedSender<Event>,
    fetching: Fetching<C>,
    opening: Opening,
    finding: Finding,
    /// What is done with what lies in a mail.
    deeds: Deeds,
    /// Writes go one behind the other, in the order of the keys.
    writes: UnboundedSender<Write>,
    writing: JoinHandle<()>,
    /// Asks for the counters: once for all the reasons that come while they are being read.
    count: Arc<Notify>,
    counting: JoinHandle<()>,
    /// What an older version left to be read of its mails.
    tying: JoinHandle<()>,
}

impl<C: Connect> Hands<C> {
    pub(super) fn new(
        store: Store,
        fetching: Fetching<C>,
        downloads: PathBuf,
        outside: Outside,
        tell: UnboundedSender<Event>,
    ) -> Self {
        let (writes, asked) = mpsc::unbounded_channel();
        let writing = tokio::spawn(write_all(store.clone(), asked, tell.clone()));
        let count = Arc::new(Notify::new());
        let counting = tokio::spawn(count_again(store.clone(), Arc::clone(&count), tell.clone()));
        let tying = tokio::spawn(tie_older(store.clone()));
        let deeds = Deeds::new(store.clone(), tell.clone(), downloads, outside);
        Self {
            store,
            tell,
            fetching,
            opening: Opening::default(),
            finding: Finding::default(),
            deeds,
            writes,
            writing,
            count,
            counting,
            tying,
        }
    }

    /// Starts what was asked for. Redrawing, suspending and leaving are the loop's own business.
    pub(super) fn start(&mut self, effect: Effect) {
        match effect {
            Effect::LoadFolders => self.count.notify_one(),
            Effect::LoadPage {
                ticket,
                view,
                order,
                anchor,
                limit,
            } => self.read(
                move |reader| reader.page_in_order(view, &order, anchor, limit),
                move |result| Event::Page {
                    ticket,
                    view,
                    anchor,
                    result,
                },
            ),
            Effect::Open {
                ticket,
                id,
                width,
                how,
            } => {
                let wanted = Wanted {
                    ticket,
                    id,
                    width,
                    how,
                };
                self.opening.open(&self.store, &self.tell, wanted);
            }
            Effect::Find { .. }
            | Effect::StopFinding
            | Effect::FindInThread { .. }
            | Effect::FindRange { .. }
            | Effect::FindRows { .. }
            | Effect::FindThreads { .. }
            | Effect::FindUnread { .. } => self.look_for(effect),
            Effect::LoadServer { ticket } => {
                let accounts = self.fetching.accounts();
                let now = super::now().div_euclid(1_000);
                self.read(
                    move |reader| holdings::read(reader, &accounts, now),
                    move |result| Event::OnServer { ticket, result },
                );
            }
            Effect::LetGo(rows) => drop(tokio::task::spawn_blocking(move || drop(rows))),
            Effect::Ask { ids, wish } => self.write(Write::Ask { ids, wish }),
            Effect::Expunge(ids) => self.write(Write::Expunge(ids)),
            Effect::EmptyTrash(folder) => self.write(Write::EmptyTrash(folder)),
            Effect::Apply(change) => self.write(Write::Apply(change)),
            Effect::Step(direction) => self.write(Write::Step(direction)),
            Effect::Remember { key, value } => self.write(Write::Remember { key, value }),
            Effect::RememberOf { kind, name, value } => {
                self.write(Write::RememberOf { kind, name, value });
            }
            Effect::Fetch { accounts, asked } => self.fetch_all(accounts, asked),
            Effect::FetchWhole { account, ids } => {
                let wish = Wish {
                    whole: ids,
                    only: true,
                    ..Wish::default()
                };
                self.fetch(account, wish);
            }
            Effect::CancelFetch => self.fetching.cancel(),
            Effect::Save { .. }
            | Effect::Follow(_)
            | Effect::OpenFile { .. }
            | Effect::Pipe { .. }
            | Effect::Copy(_)
            | Effect::CopyOf { .. }
            | Effect::Inspect { .. } => self.deeds.start(effect),
            Effect::Redraw
            | Effect::Suspend
            | Effect::Quit(effect::Leave::Done | effect::Leave::ForSample) => {}
        }
    }

    fn fetch_all(&mut self, accounts: Vec<usize>, asked: bool) {
        let wish = Wish {
            asked,
            ..Wish::default()
        };
        for account in accounts {
            self.fetch(account, wish.clone());
        }
    }

    /// Starts what looks for something.
    fn look_for(&self, effect: Effect) {
        match effect {
            Effect::FindRange {
                ticket,
                view,
                newer,
                older,
            } => self.read(
                move |reader| find_range(reader, view, newer, older),
                move |result| match result {
                    Ok(ids) => Event::Range { ticket, ids },
                    Err(sentence) => Event::Failed(sentence),
                },
            ),
            Effect::FindUnread {
                ticket,
                views,
                from,
                toward,
            } => self.read(
                move |reader| find_unread(reader, &views, from, toward),
                move |result| match result {
                    Ok(found) => Event::Unread { ticket, found },
                    Err(sentence) => Event::Failed(sentence),
                },
            ),
            Effect::Find {
                ticket,
                document,
                typed,
                from,
            } => self
                .finding
                .start(&self.tell, ticket, document, typed, from),
            Effect::StopFinding => self.finding.stop(),
            Effect::FindInThread { ticket, id, toward } => self.read(
                move |reader| reader.next_in_thread(id, toward == Toward::Newer),
                move |result| Event::Rows {
                    why: Lookup::Thread(ticket, toward),
                    result: result.map(|row| row.into_iter().collect()),
                },
            ),
            Effect::FindThreads {
                ticket,
                view,
                folded,
            } => self.read(
                move |reader| reader.whole_threads(view, &folded),
                move |result| Event::Threads { ticket, result },
            ),
            Effect::FindRows { why, ids } => self.read(
                move |reader| reader.rows(&ids),
                move |result| Event::Rows { why, result },
            ),
            _ => {}
        }
    }

    /// Ends all work: fetches are stopped and commit what they have, writes are finished, the store is closed.
    pub(super) async fn close(mut self) {
        self.fetching.cancel();
        self.fetching.join().await;
        drop(self.writes);
        let _ = self.writing.await;
        self.counting.abort();
        self.tying.abort();
        let store = self.store;
        // Closing checkpoints the database, which is the disk's time and not the runtime's.
        let _ = tokio::task::spawn_blocking(move || store.close()).await;
    }

    fn read<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Reader) -> Result<T, store::Error> + Send + 'static,
        event: impl FnOnce(Result<T, SafeText>) -> Event + Send + 'static,
    ) {
        let (store, tell) = (self.store.clone(), self.tell.clone());
        tokio::spawn(async move {
            let read = store.read(job).await;
            let _ = tell.send(event(read.map_err(|error| sentence(&error))));
        });
    }

    /// A fetch begins when all is written that the user did before: it obeys what was asked for a moment ago.
    fn fetch(&mut self, account: usize, wish: Wish) {
        let (written, after) = oneshot::channel();
        self.write(Write::Tell(written));
        self.fetching
            .start(account, wish, after, &self.store, &self.tell);
    }

    fn write(&self, write: Write) {
        // The receiver lives as long as these hands.
        let _ = self.writes.send(write);
    }
}

/// Reads folders and counters whenever that is asked for, one reading after the other: an older one never comes last.
async fn count_again(store: Store, asked: Arc<Notify>, tell: UnboundedSender<Event>) {
    loop {
        asked.notified().await;
        let job = |reader: &Reader| {
            Ok(Drawer {
                folders: reader.folders()?,
                accounts: reader.accounts()?,
            })
        };
        let read = store.read(job).await.map_err(|error| sentence(&error));
        let _ = tell.send(Event::Folders(read));
    }
}

/// Mails read in one transaction: a key waits for no more than that.
const TIED_AT_ONCE: usize = 20;

/// Reads by and by who answers whom in mails of before there were threads. What cannot be read now is tried with the
/// next start.
async fn tie_older(store: Store) {
    let job = |writer: &mut store::Writer| writer.tie_older(TIED_AT_ONCE);
    while let Ok(true) = store.write_batch(job).await {}
}

fn find_unread(
    reader: &Reader,
    views: &[View],
    from: Option<Key>,
    toward: Toward,
) -> Result<Option<(View, Row)>, store::Error> {
    for (index, view) in views.iter().enumerate() {
        let from = from.filter(|_| index == 0);
        let found = match toward {
            Toward::Older => reader.next_unread(*view, from)?,
            Toward::Newer => reader.previous_unread(*view, from)?,
        };
        if let Some(row) = found {
            return Ok(Some((*view, row)));
        }
    }
    Ok(None)
}

/// Rows read at a time for a range.
const RANGE_PAGE: usize = 1_000;

fn find_range(
    reader: &Reader,
    view: View,
    newer: Key,
    older: Key,
) -> Result<Vec<MessageId>, store::Error> {
    let mut ids = vec![newer.id];
    let mut last = newer;
    while last > older {
        let page = reader.page(view, Anchor::After(last), RANGE_PAGE)?;
        let within = page.rows.iter().take_while(|row| row.key >= older);
        ids.extend(within.map(|row| row.key.id));
        match page.rows.last() {
            Some(row) => last = row.key,
            None => break,
        }
    }
    Ok(ids)
}
