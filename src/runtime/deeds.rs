//! What is done with what lies in a mail: saved, opened, piped, copied, looked into. Each on a task of its own.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::tz::TimeZone;
use tokio::sync::mpsc::UnboundedSender;

use super::handed_out::HandedOut;
use super::outside::Outside;
use super::pieces::{self, Taken};
use super::{clipboard, opener, piping, sentence};
use crate::app::Event;
use crate::app::effect::{Copied, Effect, Inspect, Piece};
use crate::app::event::{Inspected, Ticket};
use crate::app::sheet::Sheet;
use crate::mail::{Danger, Message, MessageId, Origin, SafeText, Target, danger};
use crate::store::{Reader, Store};

/// What they are done with.
#[derive(Clone)]
pub(super) struct Deeds {
    store: Store,
    tell: UnboundedSender<Event>,
    downloads: PathBuf,
    outside: Outside,
    handed_out: Arc<Mutex<HandedOut>>,
}

impl Deeds {
    pub(super) fn new(
        store: Store,
        tell: UnboundedSender<Event>,
        downloads: PathBuf,
        outside: Outside,
    ) -> Self {
        let handed_out = HandedOut::new(outside.handed_out.clone());
        Self {
            store,
            tell,
            downloads,
            outside,
            handed_out: Arc::new(Mutex::new(handed_out)),
        }
    }

    /// Starts one; what comes of it is told.
    pub(super) fn start(&self, effect: Effect) {
        let this = self.clone();
        match effect {
            Effect::Copy(text) => self.copy(&text),
            Effect::Follow(target) => drop(tokio::spawn(async move { this.follow(&target).await })),
            Effect::Save { id, piece } => drop(tokio::spawn(async move {
                let dir = this.downloads.clone();
                let result = this.with_mail(id, move |octets| pieces::save(octets, piece, &dir));
                this.tell(Event::Saved(result.await));
            })),
            Effect::Pipe { id, piece, command } => drop(tokio::spawn(async move {
                let taken = this.with_mail(id, move |octets| pieces::take(octets, piece));
                let result = match taken.await {
                    Ok(taken) => piping::pipe(&command, taken.content).await,
                    Err(sentence) => Err(sentence),
                };
                this.tell(Event::Piped(result));
            })),
            Effect::CopyOf { id, what } => drop(tokio::spawn(async move {
                let result = this.with_mail(id, move |octets| to_copy(octets, what));
                let result = result.await;
                this.tell(Event::Copied { what, result });
            })),
            Effect::Inspect { ticket, id, what } => drop(tokio::spawn(async move {
                let result = this.inspect(id, what).await;
                this.tell(Event::Inspected { ticket, id, result });
            })),
            Effect::OpenFile {
                ticket,
                id,
                piece,
                sure,
            } => drop(tokio::spawn(async move {
                this.open_file((ticket, id), piece, sure).await;
            })),
            _ => {}
        }
    }

    fn tell(&self, event: Event) {
        let _ = self.tell.send(event);
    }

    /// Between two frames, on the loop's own thread: nobody else writes to the terminal then.
    fn copy(&self, text: &str) {
        let Some(write) = &self.outside.clipboard else {
            return;
        };
        if let Err(error) = write(&clipboard::sequence(text)) {
            let text = format!("The terminal did not take the text to copy: {error}");
            self.tell(Event::Told(Err(SafeText::new(&text))));
        }
    }

    async fn follow(&self, target: &Target) {
        let opened = opener::open(&self.outside.opener, target.uri().as_ref()).await;
        self.tell(Event::Ended(opened));
    }

    /// A file that can act is asked about first, and one that starts others is not opened, however sure anyone is.
    async fn open_file(&self, (ticket, id): (Ticket, MessageId), piece: Piece, sure: bool) {
        let this = self.clone();
        let prepared = self.with_mail(id, move |octets| this.prepare(octets, piece, sure));
        match prepared.await {
            Err(sentence) => self.tell(Event::Told(Err(sentence))),
            Ok(Prepared::Asked(inspected)) => self.tell(Event::Inspected {
                ticket,
                id,
                result: Ok(inspected),
            }),
            Ok(Prepared::Ready { path, name }) => {
                let text = SafeText::new(&format!("Opening {name}"));
                self.tell(Event::Told(Ok(text)));
                let opened = opener::open(&self.outside.opener, path.as_os_str()).await;
                self.tell(Event::Ended(opened));
            }
        }
    }

    fn prepare(&self, octets: &[u8], piece: Piece, sure: bool) -> Result<Prepared, SafeText> {
        let taken = pieces::take(octets, piece)?;
        let danger = danger(&taken.file_name, &taken.media_type, &taken.content);
        let is_asked = match danger {
            Danger::None => false,
            Danger::Asks(_) => !sure,
            Danger::Refused(_) => true,
        };
        if is_asked {
            return Ok(Prepared::Asked(Inspected::Danger {
                piece,
                name: taken.name,
                danger,
            }));
        }
        let path = self.hand_out(&taken)?;
        Ok(Prepared::Ready {
            path,
            name: taken.name,
        })
    }

    fn hand_out(&self, taken: &Taken) -> Result<PathBuf, SafeText> {
        let mut handed_out = self
            .handed_out
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let made = handed_out.place();
        drop(handed_out);
        let made = made.and_then(|place| {
            super::save::Place::open(&place)?.save(&taken.file_name, &taken.content)
        });
        made.map_err(|error| {
            let text = format!("{} could not be laid out to be opened: {error}", taken.name);
            SafeText::new(&text)
        })
    }

    async fn inspect(&self, id: MessageId, what: Inspect) -> Result<Inspected, SafeText> {
        let zone = TimeZone::system();
        match what {
            Inspect::Parts => {
                let parts = self.with_mail(id, |octets| Ok(pieces::tree(octets)));
                Ok(Inspected::Parts(parts.await?))
            }
            Inspect::Part(index) => {
                let sheet = self.with_mail(id, move |octets| pieces::view(octets, index));
                Ok(Inspected::Sheet(sheet.await?))
            }
            Inspect::List => {
                let of = move |octets: &[u8]| Ok(Origin::of(&Message::read(octets), &zone).list);
                Ok(Inspected::List(self.with_mail(id, of).await?))
            }
            Inspect::Origin => {
                let of = move |octets: &[u8]| {
                    let message = Message::read(octets);
                    let origin = Origin::of(&message, &zone);
                    Ok((origin, sender(&message)))
                };
                let (origin, sender) = self.with_mail(id, of).await?;
                let before = match sender {
                    Some(address) => Some(self.before(id, address).await?),
                    None => None,
                };
                Ok(Inspected::Sheet(Sheet::of_origin(&origin, before.as_ref())))
            }
        }
    }

    /// How often a sender wrote before, in words.
    async fn before(&self, id: MessageId, address: String) -> Result<SafeText, SafeText> {
        let asked = address.clone();
        let read = self
            .store
            .read(move |reader| reader.earlier_from(id, &asked))
            .await;
        let earlier = read.map_err(|error| sentence(&error))?;
        let text = match earlier {
            0 => format!("nothing here from {address}: this is the first mail"),
            1 => format!("one mail from {address}"),
            crate::store::MANY_EARLIER => format!("{earlier} mails or more from {address}"),
            _ => format!("{earlier} mails from {address}"),
        };
        Ok(SafeText::new(&text))
    }

    /// Reads a mail and works on it where that may take its time.
    async fn with_mail<T: Send + 'static>(
        &self,
        id: MessageId,
        work: impl FnOnce(&[u8]) -> Result<T, SafeText> + Send + 'static,
    ) -> Result<T, SafeText> {
        let read = self
            .store
            .read(move |reader: &Reader| reader.octets(id))
            .await;
        let octets = read
            .map_err(|error| sentence(&error))?
            .ok_or_else(|| SafeText::new("This mail is not in the store any more"))?;
        let work = tokio::task::spawn_blocking(move || work(&octets));
        work.await
            .unwrap_or_else(|_| Err(SafeText::new("This mail could not be taken apart")))
    }
}

/// A file on its way to the opener.
enum Prepared {
    Asked(Inspected),
    Ready { path: PathBuf, name: SafeText },
}

fn sender(message: &Message) -> Option<String> {
    let first = message.envelope.from.first()?;
    first.address.clone().filter(|address| !address.is_empty())
}

fn to_copy(octets: &[u8], what: Copied) -> Result<String, SafeText> {
    let message = Message::read(octets);
    let nothing = |what| SafeText::new(&format!("This mail has no {what}"));
    match what {
        Copied::Sender => {
            let address = sender(&message).ok_or_else(|| nothing("sender's address"))?;
            Ok(SafeText::new(&address).as_str().to_owned())
        }
        Copied::MessageId => {
            let id = message.envelope.message_id.as_deref();
            let id = id.ok_or_else(|| nothing("Message-ID"))?;
            Ok(SafeText::new(id).as_str().to_owned())
        }
        Copied::Text => Ok(pieces::text(octets)),
    }
}
