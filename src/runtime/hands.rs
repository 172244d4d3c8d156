//! Effects become work: started here, never waited for; what comes of them goes back as events.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::task::JoinHandle;

use super::fetching::Fetching;
use super::opening::{self, Latest, Wanted};
use super::save::save;
use crate::app;
use crate::app::effect::{Effect, Toward};
use crate::app::event::Direction;
use crate::app::{Event, effect};
use crate::fetch::Connect;
use crate::mail::{Change, Key, Message, MessageId, Row, SafeText, View};
use crate::store::{self, Reader, Store};

/// The hands.
pub(super) struct Hands<C> {
    store: Store,
    tell: UnboundedSender<Event>,
    fetching: Fetching<C>,
    latest: Latest,
    downloads: PathBuf,
    /// Writes go one behind the other, in the order of the keys.
    writes: UnboundedSender<Write>,
    writing: JoinHandle<()>,
    /// Words on their way into the store: a mail that is opened again at once must not read the ones before.
    remembered: HashMap<String, String>,
    /// Counters are read once for all the reasons there are to read them.
    counting: Arc<AtomicBool>,
}

/// Something to be written.
enum Write {
    Apply(Change),
    Step(Direction),
    Remember { key: String, value: String },
}

impl<C: Connect> Hands<C> {
    pub(super) fn new(
        store: Store,
        fetching: Fetching<C>,
        downloads: PathBuf,
        tell: UnboundedSender<Event>,
    ) -> Self {
        let (writes, asked) = mpsc::unbounded_channel();
        let writing = tokio::spawn(write_all(store.clone(), asked, tell.clone()));
        let (latest, counting) = (Latest::default(), Arc::new(AtomicBool::new(false)));
        Self {
            store,
            tell,
            fetching,
            latest,
            downloads,
            writes,
            writing,
            remembered: HashMap::new(),
            counting,
        }
    }

    /// Starts what was asked for. Redrawing, suspending and leaving are the loop's own business.
    pub(super) fn start(&mut self, effect: Effect) {
        match effect {
            Effect::LoadFolders => self.load_folders(),
            Effect::LoadPage {
                ticket,
                view,
                anchor,
                limit,
            } => self.read(
                move |reader| reader.page(view, anchor, limit),
                move |page| Event::Page {
                    ticket,
                    view,
                    anchor,
                    page,
                },
            ),
            Effect::FindUnread {
                ticket,
                views,
                from,
                toward,
            } => self.read(
                move |reader| find_unread(reader, &views, from, toward),
                move |found| Event::Unread { ticket, found },
            ),
            Effect::Open {
                ticket,
                id,
                width,
                headers,
                source,
            } => {
                self.open(Wanted {
                    ticket,
                    id,
                    width,
                    headers,
                    source,
                });
            }
            Effect::Apply(change) => self.write(Write::Apply(change)),
            Effect::Step(direction) => self.write(Write::Step(direction)),
            Effect::Remember { key, value } => {
                self.remembered.insert(key.clone(), value.clone());
                self.write(Write::Remember { key, value });
            }
            Effect::Fetch => self.fetching.start(&self.store, &self.tell),
            Effect::CancelFetch => self.fetching.cancel(),
            Effect::Save { id, attachment } => self.save(id, attachment),
            Effect::Redraw
            | Effect::Suspend
            | Effect::Quit(effect::Leave::Done | effect::Leave::ForSample) => {}
        }
    }

    /// Ends all work: fetches are stopped and commit what they have, writes are finished, the store is closed.
    pub(super) async fn close(mut self) {
        self.fetching.cancel();
        self.fetching.join().await;
        drop(self.writes);
        let _ = self.writing.await;
        let store = self.store;
        // Closing checkpoints the database, which is the disk's time and not the runtime's.
        let _ = tokio::task::spawn_blocking(move || store.close()).await;
    }

    fn read<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Reader) -> Result<T, store::Error> + Send + 'static,
        event: impl FnOnce(T) -> Event + Send + 'static,
    ) {
        let (store, tell) = (self.store.clone(), self.tell.clone());
        tokio::spawn(async move {
            let event = match store.read(job).await {
                Ok(read) => event(read),
                Err(error) => Event::Failed(sentence(&error)),
            };
            let _ = tell.send(event);
        });
    }

    fn load_folders(&self) {
        if self.counting.swap(true, Ordering::AcqRel) {
            return;
        }
        let counting = Arc::clone(&self.counting);
        self.read(
            move |reader| {
                // Before the first row is read: a change from here on asks anew.
                counting.store(false, Ordering::Release);
                Ok((reader.folders()?, reader.accounts()?))
            },
            |(folders, accounts)| Event::Folders { folders, accounts },
        );
    }

    fn open(&self, wanted: Wanted) {
        let (store, tell, latest) = (self.store.clone(), self.tell.clone(), self.latest.clone());
        latest.ask(wanted.ticket);
        let scroll = self.remembered.get(&app::scroll_key(wanted.id)).cloned();
        tokio::spawn(async move {
            if let Some(event) = opening::open(&store, wanted, scroll, &latest).await {
                let _ = tell.send(event);
            }
        });
    }

    fn write(&self, write: Write) {
        // The receiver lives as long as these hands.
        let _ = self.writes.send(write);
    }

    fn save(&self, id: MessageId, attachment: Option<usize>) {
        let (store, tell, dir) = (
            self.store.clone(),
            self.tell.clone(),
            self.downloads.clone(),
        );
        tokio::spawn(async move {
            let read = store.read(move |reader| reader.octets(id)).await;
            let result = match read {
                Err(error) => Err(sentence(&error)),
                Ok(None) => Err(SafeText::new("This mail is not in the store any more")),
                Ok(Some(octets)) => {
                    let work =
                        tokio::task::spawn_blocking(move || save_some(&octets, attachment, &dir));
                    work.await.unwrap_or_else(|_| {
                        Err(SafeText::new(
                            "The attachment could not be taken out of this mail",
                        ))
                    })
                }
            };
            let _ = tell.send(Event::Saved(result));
        });
    }
}

async fn write_all(
    store: Store,
    mut asked: UnboundedReceiver<Write>,
    tell: UnboundedSender<Event>,
) {
    while let Some(write) = asked.recv().await {
        let now = super::now().div_euclid(1_000);
        let event = match write {
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
                match store
                    .write(move |writer| writer.remember(&key, &value))
                    .await
                {
                    // A reader beside a running poptui has nothing to remember.
                    Ok(()) | Err(store::Error::ReadOnly { .. }) => continue,
                    Err(error) => Event::Failed(sentence(&error)),
                }
            }
        };
        let _ = tell.send(event);
    }
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

fn save_some(
    octets: &[u8],
    attachment: Option<usize>,
    dir: &std::path::Path,
) -> Result<Vec<SafeText>, SafeText> {
    let message = Message::read(octets);
    let wanted = message
        .attachments
        .iter()
        .enumerate()
        .filter(|(index, _)| attachment.is_none_or(|one| one == *index));
    let mut saved = Vec::new();
    for (_, attachment) in wanted {
        let path = save(dir, &attachment.file_name, &attachment.content).map_err(|error| {
            let text = format!(
                "{} was not saved into {}: {error}",
                attachment.file_name,
                dir.display()
            );
            SafeText::new(&text)
        })?;
        saved.push(SafeText::new(&path.display().to_string()));
    }
    Ok(saved)
}

fn sentence(error: &store::Error) -> SafeText {
    SafeText::new(&error.to_string())
}
