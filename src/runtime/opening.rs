//! Opening a mail: octets from the store, parsed and laid out on a thread that may take its time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::tz::TimeZone;

use crate::app;
use crate::app::Event;
use crate::app::event::{Shown, Ticket};
use crate::mail::{Completeness, HeadOnly, Headers, Message, MessageId, SafeText, Show, Source};
use crate::store::{Extent, Store};

/// What is wanted on the screen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    pub(super) ticket: Ticket,
    pub(super) id: MessageId,
    pub(super) width: u16,
    pub(super) headers: Headers,
    pub(super) source: Source,
}

/// The latest mail that was asked for. Those before it are left as soon as that is noticed: a held key runs through
/// a hundred mails and parses the one it stops at.
#[derive(Debug, Clone, Default)]
pub(super) struct Latest(Arc<AtomicU64>);

impl Latest {
    /// From here on only this one matters.
    pub(super) fn ask(&self, ticket: Ticket) {
        self.0.store(ticket.0, Ordering::Relaxed);
    }

    fn is(&self, ticket: Ticket) -> bool {
        self.0.load(Ordering::Relaxed) == ticket.0
    }
}

/// Opens a mail; `None` if another one was asked for meanwhile.
pub(super) async fn open(store: &Store, wanted: Wanted, latest: &Latest) -> Option<Event> {
    let held = read(store, wanted, latest.clone()).await;
    let result = match held {
        Ok(None) => return None,
        Ok(Some(Held { octets: None, .. })) => {
            Err(SafeText::new("This mail is not in the store any more"))
        }
        Ok(Some(Held {
            octets: Some(octets),
            scroll,
            extent,
        })) => lay_out(octets, scroll, extent, wanted).await,
        Err(sentence) => Err(sentence),
    };
    Some(Event::Opened {
        ticket: wanted.ticket,
        result,
    })
}

struct Held {
    octets: Option<Vec<u8>>,
    scroll: usize,
    extent: Option<Extent>,
}

async fn read(store: &Store, wanted: Wanted, latest: Latest) -> Result<Option<Held>, SafeText> {
    let job = move |reader: &crate::store::Reader| {
        if !latest.is(wanted.ticket) {
            return Ok(None);
        }
        let scroll = reader.remembered(&app::scroll_key(wanted.id))?;
        let scroll = scroll.and_then(|text| text.parse().ok()).unwrap_or(0);
        Ok(Some(Held {
            octets: reader.octets(wanted.id)?,
            scroll,
            extent: reader.extent(wanted.id)?,
        }))
    };
    store
        .read(job)
        .await
        .map_err(|error| SafeText::new(&error.to_string()))
}

async fn lay_out(
    octets: Vec<u8>,
    scroll: usize,
    extent: Option<Extent>,
    wanted: Wanted,
) -> Result<Shown, SafeText> {
    let on_server = extent.and_then(|extent| extent.on_server);
    let is_head = extent.is_some_and(|extent| extent.completeness == Completeness::Head);
    // The line above the mail says with which key, and whether it is on its way.
    let head = is_head.then(|| HeadOnly {
        whole: on_server,
        how: "its text comes with the rest".to_owned(),
    });
    let show = Show {
        width: wanted.width,
        headers: wanted.headers,
        source: wanted.source,
        zone: TimeZone::system(),
        now: super::now().div_euclid(1_000),
    };
    let work = tokio::task::spawn_blocking(move || {
        let message = Message::read(&octets);
        let document = match &head {
            None => message.render(&octets, &show),
            Some(head) => message.render_head(&octets, &show, head),
        };
        let attachments = message
            .attachments
            .iter()
            .map(|attachment| attachment.label.clone())
            .collect();
        Shown {
            document: Arc::new(document),
            attachments,
            scroll,
            on_server,
        }
    });
    work.await
        .map_err(|_| SafeText::new("This mail could not be laid out: it broke the parser"))
}
