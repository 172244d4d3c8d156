//! Searching in the open mail, on a thread that may take its time and ends when something else is typed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc::UnboundedSender;

use crate::app::Event;
use crate::app::event::Ticket;
use crate::app::find;
use crate::mail::Document;

/// Searches, one at a time.
#[derive(Debug, Clone, Default)]
pub(super) struct Finding {
    /// What was asked for last; 0 is nothing.
    latest: Arc<AtomicU64>,
}

impl Finding {
    /// Searches from a row on. From here on only this search matters.
    pub(super) fn start(
        &self,
        tell: &UnboundedSender<Event>,
        ticket: Ticket,
        document: Arc<Document>,
        typed: String,
        from: usize,
    ) {
        self.latest.store(ticket.0, Ordering::Relaxed);
        let (latest, tell) = (Arc::clone(&self.latest), tell.clone());
        let work = move || {
            let is_latest = || latest.load(Ordering::Relaxed) == ticket.0;
            find::search(&document, &typed, from, &is_latest, &mut |found| {
                let _ = tell.send(Event::Found { ticket, found });
            });
        };
        drop(tokio::task::spawn_blocking(work));
    }

    /// Nothing is searched for any more.
    pub(super) fn stop(&self) {
        self.latest.store(0, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::find::Found;
    use crate::mail::{Line, Role, SafeText, Span};
    use tokio::sync::mpsc;

    fn document(rows: usize) -> Arc<Document> {
        let span = Span {
            role: Role::Text,
            text: SafeText::new("a needle in hay"),
            link: None,
        };
        let row = Line {
            spans: vec![span],
            fold: None,
        };
        Arc::new(Document::of(vec![row; rows]))
    }

    #[tokio::test]
    async fn only_the_search_asked_for_last_is_told_to_its_end() {
        let (tell, mut told) = mpsc::unbounded_channel();
        let (finding, document) = (Finding::default(), document(500));
        let typed = || "Needle".to_lowercase();
        finding.start(&tell, Ticket(1), Arc::clone(&document), typed(), 0);
        finding.stop();
        finding.start(&tell, Ticket(2), document, typed(), 100);
        drop(tell);
        let mut of_the_last: Vec<Found> = Vec::new();
        while let Some(Event::Found { ticket, found }) = told.recv().await {
            of_the_last.extend((ticket == Ticket(2)).then_some(found));
        }
        let hits: usize = of_the_last.iter().map(|found| found.hits.len()).sum();
        assert_eq!(hits, 400, "from the row on that was asked for");
        assert!(
            of_the_last
                .last()
                .is_some_and(|found| found.done && found.searched == 500)
        );
    }
}
