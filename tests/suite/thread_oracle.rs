//! Threads of strangers' mail, compared with what notmuch makes of it.
//!
//! The corpus is no part of the project: it is read where `POPTUI_SHARED` points at it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use poptui::mail::{Anchor, Completeness, Envelope, MessageId, Order, Row, View};
use poptui::pop3::UniqueId;
use poptui::store::{NewMail, Store};
use serde_json::Value;

use crate::store::inbox;
use crate::support::not_run::not_shared;

const NOW: i64 = 1_800_000_000;

fn corpus() -> Option<PathBuf> {
    let shared = std::env::var_os("POPTUI_SHARED");
    if shared.is_none() {
        not_shared("the threads of corpus/threads.jsonl");
    }
    shared.map(|shared| PathBuf::from(shared).join("corpus"))
}

/// Of each mail its thread in the oracle, and its parent there (inner `None`: none); no parent where it is told of
/// none, being a copy of another mail.
struct Oracle {
    thread: BTreeMap<String, usize>,
    parent: BTreeMap<String, Option<String>>,
}

fn oracle(corpus: &Path) -> Oracle {
    let mut oracle = Oracle {
        thread: BTreeMap::new(),
        parent: BTreeMap::new(),
    };
    let lines = fs::read_to_string(corpus.join("threads.jsonl")).unwrap();
    for (number, line) in lines.lines().enumerate() {
        let entry: Value = serde_json::from_str(line).unwrap();
        for mail in entry["messages"].as_array().unwrap() {
            let hash = mail["sha256"].as_str().unwrap().to_owned();
            oracle.thread.insert(hash.clone(), number);
            if let Some(parent) = mail.get("parent") {
                oracle
                    .parent
                    .insert(hash, parent.as_str().map(str::to_owned));
            }
        }
    }
    oracle
}

/// A mail of the corpus.
struct Mail {
    hash: String,
    envelope: Envelope,
    octets: Vec<u8>,
}

fn mails(corpus: &Path) -> Vec<Mail> {
    let mut mails: Vec<Mail> = fs::read_dir(corpus.join("mail"))
        .unwrap()
        .map(|file| {
            let path = file.unwrap().path();
            let octets = fs::read(&path).unwrap();
            Mail {
                hash: path.file_stem().unwrap().to_str().unwrap().to_owned(),
                envelope: Envelope::read(&octets),
                octets,
            }
        })
        .collect();
    mails.sort_by(|one, other| one.hash.cmp(&other.hash));
    mails
}

/// Stores them, and reads the whole list with all threads unfolded.
fn rows(mails: &[Mail]) -> Vec<Row> {
    let dir = tempfile::tempdir().expect("temporary directory");
    let store = Store::open(dir.path()).expect("opens");
    let new: Vec<NewMail> = mails
        .iter()
        .enumerate()
        .map(|(number, mail)| NewMail {
            uid: Some(UniqueId(mail.hash.as_bytes().into())),
            listed_size: Some(mail.octets.len() as u64),
            octets: mail.octets.clone(),
            sha256: {
                let mut sha256 = [0; 32];
                sha256[..8].copy_from_slice(&(number as u64).to_be_bytes());
                sha256
            },
            envelope: Envelope {
                is_folder_note: false,
                ..mail.envelope.clone()
            },
            arrived: NOW,
            completeness: Completeness::Whole,
        })
        .collect();
    let add = move |writer: &mut poptui::store::Writer| {
        let account = writer.account("alice", "")?;
        writer.add(account, &new)
    };
    let added = store.write_now(add).expect("writes");
    let in_order = added
        .iter()
        .zip(1..)
        .all(|(added, number)| added.id == Some(MessageId(number)));
    assert!(in_order, "each is a mail of its own, in the order given");
    let view = inbox(&store);
    store
        .read_now(move |reader| Ok(all(reader, view)))
        .expect("reads")
}

fn all(reader: &poptui::store::Reader, view: View) -> Vec<Row> {
    let unfolded = Order::threads(true);
    let mut rows: Vec<Row> = Vec::new();
    let mut anchor = Anchor::Top;
    loop {
        let page = reader
            .page_in_order(view, &unfolded, anchor, 200)
            .expect("reads");
        rows.extend(page.rows);
        match rows
            .last()
            .and_then(|row| row.thread)
            .filter(|_| page.older)
        {
            Some(thread) => anchor = Anchor::After(thread.newest),
            None => return rows,
        }
    }
}

#[test]
fn threads_are_what_notmuch_makes_of_the_same_mails() {
    let Some(corpus) = corpus() else { return };
    let oracle = oracle(&corpus);
    let mails = mails(&corpus);
    let rows = rows(&mails);
    assert_eq!(rows.len(), mails.len(), "every mail has one row");
    let mail = |id: MessageId| &mails[usize::try_from(id.0 - 1).unwrap()];

    // Which mails are in one thread: as pairs.
    let mut ours: BTreeMap<i64, Vec<&str>> = BTreeMap::new();
    for row in &rows {
        let thread = row.thread.expect("is in threads").id.0;
        ours.entry(thread).or_default().push(&mail(row.key.id).hash);
    }
    let mut theirs: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for (hash, thread) in &oracle.thread {
        theirs.entry(*thread).or_default().push(hash);
    }
    let pairs = |threads: &mut dyn Iterator<Item = &Vec<&str>>| {
        let mut pairs = BTreeSet::new();
        for mails in threads {
            for (at, one) in mails.iter().enumerate() {
                for other in &mails[at + 1..] {
                    pairs.insert(((*one).min(*other).to_owned(), (*one).max(*other).to_owned()));
                }
            }
        }
        pairs
    };
    let (ours, theirs) = (pairs(&mut ours.values()), pairs(&mut theirs.values()));
    report(&format!(
        "pairs of mails in one thread: {} here, {} by notmuch, {} in both",
        ours.len(),
        theirs.len(),
        ours.intersection(&theirs).count()
    ));
    let missed: Vec<_> = theirs.difference(&ours).collect();
    assert!(missed.is_empty(), "{missed:?}");
    // Of some mails the oracle has no thread: where line ends are CR, or a licence stands before the head, notmuch sees no
    // Message-ID. Together with others such a mail can only be as a copy of one; among themselves nobody has judged them.
    let names: BTreeMap<&str, Option<&String>> = mails
        .iter()
        .map(|mail| (&*mail.hash, mail.envelope.message_id.as_ref()))
        .collect();
    let is_known = |hash: &String| oracle.thread.contains_key(hash);
    let wrong: Vec<_> = ours
        .difference(&theirs)
        .filter(|(one, other)| match (is_known(one), is_known(other)) {
            (true, true) => true,
            (false, false) => false,
            _ => names[&**one].is_none() || names[&**one] != names[&**other],
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");

    // Who answers whom: by Message-ID, as any of several copies may be the one that is answered.
    let mut above: Vec<&Row> = Vec::new();
    let (mut all, mut same, mut answers) = (0, 0, 0);
    for row in &rows {
        let thread = row.thread.expect("is in threads");
        if thread.place == 0 {
            above.clear();
        }
        let depth = thread.branch.depth;
        while above
            .last()
            .is_some_and(|last| last.thread.unwrap().branch.depth >= depth)
        {
            above.pop();
        }
        let parent = above
            .last()
            .map(|parent| mail(parent.key.id).envelope.message_id.clone());
        above.push(row);
        let hash = &mail(row.key.id).hash;
        let Some(told) = oracle.parent.get(hash) else {
            continue;
        };
        let told = told.as_ref().map(|told| {
            let parent = mails.iter().find(|mail| mail.hash == *told).unwrap();
            parent.envelope.message_id.clone()
        });
        all += 1;
        answers += usize::from(told.is_some());
        same += usize::from(parent == told);
        if parent != told {
            report(&format!("  {hash}: below {parent:?}, notmuch {told:?}"));
        }
    }
    report(&format!(
        "parents: {same} of {all}, {answers} of them answers"
    ));
    assert_eq!(same, all);
}

fn report(line: &str) {
    // Nobody is left to hear that stderr is closed.
    let _ = writeln!(std::io::stderr(), "{line}");
}
