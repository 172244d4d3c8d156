//! Opening a mail: octets from the store, parsed and laid out on a thread that may take its time, told screen by screen.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::tz::TimeZone;
use tokio::sync::mpsc::UnboundedSender;

use crate::app::Event;
use crate::app::event::{Shown, Ticket};
use crate::app::remembered::{PARTS, PLACES, mail_name, part_named, sender_name};
use crate::mail::{
    Completeness, HeadOnly, How, MessageId, Opened, Preferred, SafeText, Show, Spot,
};
use crate::store::{Extent, Reader, Store};

/// A longer mail is begun with its beginning: reading all of it from the disk takes longer than a frame.
const LONG: usize = 1 << 20;
/// How much of it that is; the head of nearly every mail is shorter.
const BEGINNING: usize = 256 << 10;
/// Octets of text laid out before anything is shown: some screens.
const FIRST: usize = 32 << 10;

/// What is wanted on the screen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    pub(super) ticket: Ticket,
    pub(super) id: MessageId,
    pub(super) width: u16,
    pub(super) how: How,
}

impl Wanted {
    fn show(&self, extent: Option<Extent>) -> Show {
        let now = super::now().div_euclid(1_000);
        let is_head = |extent: &Extent| extent.completeness == Completeness::Head;
        // The line above the mail says with which key, and whether it is on its way.
        let rest = extent.filter(is_head).map(|extent| HeadOnly {
            whole: extent.on_server,
            how: "its text comes with the rest".to_owned(),
        });
        Show {
            rest,
            ..Show::new(self.how, self.width, TimeZone::system(), now)
        }
    }
}

/// Opens mails, one at a time.
#[derive(Debug, Clone, Default)]
pub(super) struct Opening {
    /// What was asked for last. All that came before is left as soon as that is noticed: a held key runs through a
    /// hundred mails and parses the one it stops at.
    latest: Arc<AtomicU64>,
    /// The open mail: another width does not read and parse it again.
    kept: Arc<Mutex<Option<Kept>>>,
}

/// A mail as it was when it had so many octets: what is fetched of it later makes it longer.
#[derive(Debug, Clone)]
struct Kept {
    id: MessageId,
    length: usize,
    opened: Arc<Opened>,
}

/// What the store knows of a mail.
struct Held {
    /// Its first octets, or all.
    octets: Vec<u8>,
    length: usize,
    /// What was on top when it was left.
    left_at: Spot,
    extent: Option<Extent>,
    /// As a name in the memory.
    sender: Option<String>,
    /// The part that was chosen for its sender.
    part: Preferred,
}

impl Held {
    /// What is told of it with its pages.
    fn shown(&self) -> Shown {
        Shown {
            document: Arc::default(),
            attachments: Vec::new(),
            left_at: self.left_at,
            sender: self.sender.clone(),
            on_server: self.extent.and_then(|extent| extent.on_server),
        }
    }

    /// Only the head of a mail may be here: the files that it announces would be empty.
    fn is_head_only(&self) -> bool {
        let is_head = |extent: Extent| extent.completeness == Completeness::Head;
        self.extent.is_some_and(is_head)
    }
}

/// Where the pages of a mail go.
#[derive(Clone)]
struct Teller {
    latest: Arc<AtomicU64>,
    tell: UnboundedSender<Event>,
    ticket: Ticket,
}

impl Opening {
    /// Opens a mail and tells its pages as they come. From here on only this one matters.
    pub(super) fn open(&self, store: &Store, tell: &UnboundedSender<Event>, wanted: Wanted) {
        self.latest.store(wanted.ticket.0, Ordering::Relaxed);
        let teller = Teller {
            latest: Arc::clone(&self.latest),
            tell: tell.clone(),
            ticket: wanted.ticket,
        };
        let (this, store) = (self.clone(), store.clone());
        tokio::spawn(async move {
            if let Err(sentence) = this.tell_pages(&store, &teller, wanted).await {
                teller.tell(Err(sentence));
            }
        });
    }

    async fn tell_pages(
        &self,
        store: &Store,
        teller: &Teller,
        mut wanted: Wanted,
    ) -> Result<(), SafeText> {
        let kept = self.kept().filter(|kept| kept.id == wanted.id);
        let enough = kept.as_ref().map(|kept| kept.length);
        let Some(mut held) = begin(store, teller.clone(), wanted.id, enough).await? else {
            return Ok(());
        };
        if wanted.how.part == Preferred::Auto {
            wanted.how.part = held.part;
        }
        if let Some(kept) = kept.filter(|kept| kept.length == held.length) {
            return in_the_background(teller, move |teller| {
                teller.tell_all(&kept.opened, &wanted, &held);
            })
            .await;
        }
        if held.octets.len() < held.length {
            let octets = std::mem::take(&mut held.octets);
            let shown = held.shown();
            let extent = held.extent;
            let begun = move |teller: &Teller| {
                if let Some(opened) = Opened::beginning(octets, &wanted.show(extent)) {
                    teller.tell_first(&opened, &wanted.show(extent), shown);
                }
            };
            in_the_background(teller, begun).await?;
            let id = wanted.id;
            held.octets = store
                .read(move |reader| whole(reader, id))
                .await
                .map_err(|error| sentence(&error))?;
        }
        let this = self.clone();
        in_the_background(teller, move |teller| {
            if teller.is_latest() {
                let opened = this.keep(wanted.id, &mut held);
                teller.tell_all(&opened, &wanted, &held);
            }
        })
        .await
    }

    fn kept(&self) -> Option<Kept> {
        self.kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn keep(&self, id: MessageId, held: &mut Held) -> Arc<Opened> {
        let octets = std::mem::take(&mut held.octets);
        let length = octets.len();
        let opened = Arc::new(Opened::read(octets));
        let kept = Kept {
            id,
            length,
            opened: Arc::clone(&opened),
        };
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept);
        opened
    }
}

impl Teller {
    fn is_latest(&self) -> bool {
        self.latest.load(Ordering::Relaxed) == self.ticket.0
    }

    fn tell(&self, result: Result<Shown, SafeText>) {
        if self.is_latest() {
            let ticket = self.ticket;
            let _ = self.tell.send(Event::Opened { ticket, result });
        }
    }

    /// The first screens, of what may be a beginning only.
    fn tell_first(&self, opened: &Opened, show: &Show, mut shown: Shown) {
        let mut typesetter = opened.typeset(show);
        typesetter.go_on(FIRST);
        shown.document = Arc::new(typesetter.document());
        shown.attachments = opened.attachments().cloned().collect();
        self.tell(Ok(shown));
    }

    /// The first screens at once, then as much again as there is, to the end: few tellings, each soon.
    fn tell_all(&self, opened: &Opened, wanted: &Wanted, held: &Held) {
        let mut typesetter = opened.typeset(&wanted.show(held.extent));
        let mut shown = held.shown();
        if !held.is_head_only() {
            shown.attachments = opened.attachments().cloned().collect();
        }
        let mut enough = FIRST;
        while !shown.document.whole && self.is_latest() {
            while typesetter.octets() < enough && !typesetter.is_whole() && self.is_latest() {
                typesetter.go_on(FIRST);
            }
            enough = enough.saturating_mul(4);
            shown.document = Arc::new(typesetter.document());
            self.tell(Ok(shown.clone()));
        }
    }
}

/// What the store has of a mail: its beginning at least, unless it has so many octets as are kept already.
async fn begin(
    store: &Store,
    teller: Teller,
    id: MessageId,
    kept: Option<usize>,
) -> Result<Option<Held>, SafeText> {
    let job = move |reader: &Reader| {
        if !teller.is_latest() {
            return Ok(None);
        }
        let left_at = reader.remembered_of(PLACES, &mail_name(id))?;
        let left_at = left_at.and_then(|text| Spot::parse(&text));
        let Some((mut octets, length)) = reader.octets_from_start(id, BEGINNING)? else {
            return Ok(Some(None));
        };
        if (BEGINNING..=LONG).contains(&length) && kept != Some(length) {
            octets = whole(reader, id)?;
        }
        let extent = reader.extent(id)?;
        let sender = sender(reader, id)?.as_deref().and_then(sender_name);
        let part = match &sender {
            Some(sender) => reader.remembered_of(PARTS, sender)?,
            None => None,
        };
        Ok(Some(Some(Held {
            octets,
            length,
            left_at: left_at.unwrap_or_default(),
            extent,
            sender,
            part: part.map_or(Preferred::Auto, |name| part_named(&name)),
        })))
    };
    match store.read(job).await {
        Err(error) => Err(sentence(&error)),
        Ok(None) => Ok(None),
        Ok(Some(None)) => Err(SafeText::new("This mail is not in the store any more")),
        Ok(Some(held)) => Ok(held),
    }
}

/// The address that a mail says it comes from.
fn sender(reader: &Reader, id: MessageId) -> Result<Option<String>, crate::store::Error> {
    let from = reader.summary(id)?.map(|summary| summary.from);
    let first = from.and_then(|from| from.into_iter().next());
    Ok(first.and_then(|sender| sender.address))
}

fn whole(reader: &Reader, id: MessageId) -> Result<Vec<u8>, crate::store::Error> {
    let octets = reader.octets_from_start(id, usize::MAX)?;
    Ok(octets.map(|(octets, _)| octets).unwrap_or_default())
}

fn sentence(error: &crate::store::Error) -> SafeText {
    SafeText::new(&error.to_string())
}

async fn in_the_background(
    teller: &Teller,
    work: impl FnOnce(&Teller) + Send + 'static,
) -> Result<(), SafeText> {
    let teller = teller.clone();
    tokio::task::spawn_blocking(move || work(&teller))
        .await
        .map_err(|_| SafeText::new("This mail could not be laid out: it broke the parser"))
}

#[cfg(test)]
mod tests;
