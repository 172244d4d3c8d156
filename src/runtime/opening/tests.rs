//! A long mail comes onto the screen in pieces, is read and parsed once, and gives way to the next one.

use tokio::sync::mpsc::{self, UnboundedReceiver};

use super::*;
use crate::mail::{Completeness, Source};
use crate::store::NewMail;

fn stored(body: &str) -> (tempfile::TempDir, Store, MessageId) {
    stored_as(&format!("Subject: x\n\n{body}"), Completeness::Whole)
}

fn stored_as(mail: &str, completeness: Completeness) -> (tempfile::TempDir, Store, MessageId) {
    let dir = tempfile::tempdir().expect("temporary directory");
    let store = Store::open(dir.path()).expect("opens");
    let octets = mail.as_bytes().to_vec();
    let mail = NewMail {
        uid: None,
        listed_size: None,
        sha256: [7; 32],
        envelope: crate::mail::Message::read(&octets).envelope,
        octets,
        arrived: 0,
        completeness,
    };
    let add = move |writer: &mut crate::store::Writer| {
        let account = writer.account("alice", "alice@example.org")?;
        writer.add(account, &[mail])
    };
    let added = store.write_now(add).expect("writes");
    let id = added[0].id.expect("is here");
    (dir, store, id)
}

fn wanted(ticket: u64, id: MessageId, width: u16, source: Source) -> Wanted {
    let how = How {
        source,
        ..How::default()
    };
    Wanted {
        ticket: Ticket(ticket),
        id,
        width,
        how,
    }
}

/// All tellings up to the whole mail.
async fn until_whole(told: &mut UnboundedReceiver<Event>, ticket: u64) -> Vec<Shown> {
    let mut pages: Vec<Shown> = Vec::new();
    while pages.last().is_none_or(|page| !page.document.whole) {
        let Some(Event::Opened { ticket: of, result }) = told.recv().await else {
            panic!("a page");
        };
        assert_eq!(of, Ticket(ticket));
        pages.push(result.expect("opens"));
    }
    pages
}

#[tokio::test]
async fn a_long_mail_grows_on_the_screen_and_is_parsed_once() {
    let (_dir, store, id) = stored(&"a line of text\n".repeat(100_000));
    let (tell, mut told) = mpsc::unbounded_channel();
    let opening = Opening::default();
    opening.open(&store, &tell, wanted(1, id, 80, Source::Rendered));
    let pages = until_whole(&mut told, 1).await;
    let rows: Vec<usize> = pages.iter().map(|page| page.document.len()).collect();
    assert!(rows.is_sorted() && rows[0] < 5_000, "{rows:?}");
    assert_eq!(rows.last(), Some(&100_002));
    assert!(rows.len() < 9, "few frames: {rows:?}");
    let before = opening.kept().expect("kept").opened;

    for (ticket, width, source) in [(2, 60, Source::Rendered), (3, 80, Source::Raw)] {
        opening.open(&store, &tell, wanted(ticket, id, width, source));
        let pages = until_whole(&mut told, ticket).await;
        assert!(
            pages
                .last()
                .is_some_and(|page| page.document.len() >= 100_002)
        );
    }
    assert!(Arc::ptr_eq(&before, &opening.kept().expect("kept").opened));
}

#[tokio::test]
async fn a_mail_that_became_longer_is_read_again() {
    let (_dir, store, id) = stored("short\n");
    let (tell, mut told) = mpsc::unbounded_channel();
    let opening = Opening::default();
    let stale = Kept {
        id,
        length: 3,
        opened: Arc::new(Opened::read(b"old".to_vec())),
    };
    *opening.kept.lock().expect("no panic") = Some(stale);
    opening.open(&store, &tell, wanted(1, id, 80, Source::Rendered));
    let pages = until_whole(&mut told, 1).await;
    assert!(
        pages[0]
            .document
            .lines()
            .iter()
            .any(|line| line.text() == "short")
    );
    assert_eq!(opening.kept().map(|kept| kept.length), Some(18));
}

#[tokio::test]
async fn the_text_that_was_chosen_for_a_sender_is_shown_of_their_mails() {
    let body = "--b\nContent-Type: text/plain\n\nplain words\n--b\nContent-Type: text/html\n\n<p>other words</p>\n--b--\n";
    let (_dir, store, id) = stored_as(
        &format!(
            "From: Ada@example.org\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n{body}"
        ),
        Completeness::Whole,
    );
    let (tell, mut told) = mpsc::unbounded_channel();
    let opening = Opening::default();
    for (ticket, words) in [(1, "plain words"), (2, "other words")] {
        opening.open(&store, &tell, wanted(ticket, id, 80, Source::Rendered));
        let pages = until_whole(&mut told, ticket).await;
        assert_eq!(pages[0].sender.as_deref(), Some("ada@example.org"));
        let rows = pages[0].document.lines();
        assert!(rows.iter().any(|row| row.text() == words), "{words}");
        let job = |writer: &mut crate::store::Writer| {
            writer.remember_of(PARTS, "ada@example.org", "html")
        };
        store.write_now(job).expect("writes");
    }
}

#[tokio::test]
async fn a_head_that_announces_a_file_brings_none() {
    let head = "From: a@example.org\nMIME-Version: 1.0\nContent-Type: application/pdf; name=a.pdf\nContent-Disposition: attachment\n\n";
    for (completeness, files) in [(Completeness::Head, 0), (Completeness::Whole, 1)] {
        let (_dir, store, id) = stored_as(head, completeness);
        let (tell, mut told) = mpsc::unbounded_channel();
        Opening::default().open(&store, &tell, wanted(1, id, 80, Source::Rendered));
        let pages = until_whole(&mut told, 1).await;
        assert_eq!(pages[0].attachments.len(), files);
    }
}

#[tokio::test]
async fn what_is_not_wanted_any_more_is_not_told() {
    let (_dir, store, id) = stored(&"a line of text\n".repeat(100_000));
    let (tell, mut told) = mpsc::unbounded_channel();
    let opening = Opening::default();
    opening.open(&store, &tell, wanted(1, id, 80, Source::Rendered));
    opening.open(&store, &tell, wanted(2, id, 80, Source::Raw));
    until_whole(&mut told, 2).await;
    opening.open(&store, &tell, wanted(3, MessageId(4_711), 80, Source::Raw));
    let Some(Event::Opened { result, .. }) = told.recv().await else {
        panic!("an answer");
    };
    assert!(result.is_err_and(|sentence| sentence.as_str().contains("not in the store")));
}
