//! Measures the store on a disk: `cargo bench --bench store`. `POPTUI_BENCH_DIR` names a directory on the disk meant
//! (else the temporary directory), `POPTUI_BENCH_BATCH` the MiB of a batch.
#![expect(clippy::print_stdout, reason = "a measurement tells its figures")]

use std::path::PathBuf;
use std::time::Instant;

use jiff::ZonedDateTime;
use poptui::mail::{
    AccountId, Address, Anchor, Change, Completeness, Destination, Envelope, FolderRole, MessageId,
    Order, View,
};
use poptui::pop3::UniqueId;
use poptui::query::Query;
use poptui::store::{Absence, Error, Namesakes, NewMail, Reader, Store};

const WORDS: [&str; 12] = [
    "meeting", "invoice", "release", "garden", "rust", "holiday", "report", "Größe", "会議",
    "lunch", "review", "ticket",
];

fn main() -> Result<(), Error> {
    let disk = std::env::var_os("POPTUI_BENCH_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
    let profile = tempfile::tempdir_in(disk).expect("a directory to measure in");
    let dir = profile.path();
    let store = Store::open(dir)?;
    let account = store.write_now(|writer| writer.account("alice", "alice@example.org"))?;

    insert(&store, account, 0, 10_000, 12_000)?;
    insert(&store, account, 10_000, 90_000, 1_000)?;
    store.close();

    let started = Instant::now();
    let store = Store::open(dir)?;
    let view = first_view(&store)?;
    store.read_now(move |reader| reader.page(view, Anchor::Top, 50))?;
    println!(
        "open, folders, first page of 100,000: {:.1} ms",
        ms(started)
    );
    read(&store, view)?;
    read_in_threads(&store, view)?;
    change(&store)?;
    interfere(&store, account)?;
    poll(&store)?;
    store.close();
    Ok(())
}

fn ms(started: Instant) -> f64 {
    started.elapsed().as_secs_f64() * 1_000.0
}

fn first_view(store: &Store) -> Result<View, Error> {
    let folders = store.read_now(Reader::folders)?;
    let inbox = folders
        .iter()
        .find(|folder| folder.role == FolderRole::Inbox);
    let folder = inbox.map(|folder| folder.id).ok_or(Error::NoFolder)?;
    Ok(View {
        folder,
        account: None,
    })
}

fn insert(
    store: &Store,
    account: AccountId,
    first: u32,
    count: u32,
    size: usize,
) -> Result<(), Error> {
    let batches = batches(first, count, size);
    let number = batches.len();
    let started = Instant::now();
    for batch in batches {
        store.write_now(move |writer| writer.add(account, &batch).map(drop))?;
    }
    let seconds = started.elapsed().as_secs_f64();
    let rate = f64::from(count) / seconds;
    println!(
        "{count} mails of {size} octets in {number} batches: {seconds:.2} s, {rate:.0} mails/s"
    );
    Ok(())
}

/// Eight MiB unless told otherwise.
fn batch_octets() -> usize {
    let told = std::env::var("POPTUI_BENCH_BATCH")
        .ok()
        .and_then(|mib| mib.parse::<usize>().ok());
    told.unwrap_or(8) << 20
}

fn batches(first: u32, count: u32, size: usize) -> Vec<Vec<NewMail>> {
    let mut mails = (first..first + count).map(|number| mail(number, size));
    let each = (batch_octets() / size).max(1);
    std::iter::from_fn(|| {
        let batch: Vec<_> = mails.by_ref().take(each).collect();
        (!batch.is_empty()).then_some(batch)
    })
    .collect()
}

fn mail(number: u32, size: usize) -> NewMail {
    let word =
        |step: u32| WORDS[(number.wrapping_mul(2_654_435_761) >> step) as usize % WORDS.len()];
    let octets = vec![b'a' + u8::try_from(number % 26).unwrap_or_default(); size];
    let mut sha256 = [0; 32];
    sha256[..4].copy_from_slice(&number.to_be_bytes());
    let person = |name: &str| Address {
        name: Some(format!("{name} Person {}", number % 500)),
        address: Some(format!("{name}{}@example.org", number % 500)),
    };
    NewMail {
        uid: Some(UniqueId(
            format!("0000{number:08x}5f3a").into_bytes().into(),
        )),
        listed_size: Some(size as u64),
        octets,
        sha256,
        envelope: Envelope {
            subject: format!("{} {} about {} number{number}", word(3), word(11), word(19)),
            from: vec![person("bob")],
            to: vec![person("alice")],
            cc: vec![person("carol"), person("dave")],
            date: Some(1_700_000_000 - i64::from(number) * 60),
            message_id: Some(format!("{number}.mail@example.org")),
            references: vec![format!("{}.mail@example.org", number / 5 * 5)],
            attachments: Vec::new(),
            is_folder_note: false,
        },
        arrived: 1_800_000_000,
        completeness: Completeness::Whole,
    }
}

fn read(store: &Store, view: View) -> Result<(), Error> {
    let started = Instant::now();
    for _ in 0..100 {
        store.read_now(move |reader| reader.page(view, Anchor::Top, 50))?;
    }
    println!("first page again: {:.3} ms", ms(started) / 100.0);
    let started = Instant::now();
    let end = store.read_now(move |reader| reader.page(view, Anchor::End, 50))?;
    println!("last page: {:.3} ms", ms(started));
    if let Some(row) = end.rows.first() {
        let key = row.key;
        let started = Instant::now();
        store.read_now(move |reader| reader.page(view, Anchor::Around(key), 50))?;
        println!("page around a mail at the end: {:.3} ms", ms(started));
    }
    for typed in [
        "rust",
        "number99999",
        "number3",
        "nowhere",
        "議",
        "\"bob person\" garden -rust",
        "is:flagged",
    ] {
        let query = Query::parse(typed, &ZonedDateTime::default());
        let again = query.clone();
        let started = Instant::now();
        let found = store.read_now(move |reader| reader.find(&query, Some(50)))?;
        let first = ms(started);
        let started = Instant::now();
        let count = store.read_now(move |reader| reader.count(&again))?;
        println!(
            "find `{typed}`: {first:.1} ms for {} · count {count}: {:.1} ms",
            found.len(),
            ms(started)
        );
    }
    Ok(())
}

/// The same pages in threads: 20,000 of five mails each.
fn read_in_threads(store: &Store, view: View) -> Result<(), Error> {
    for unfolded in [false, true] {
        let order = Order::threads(unfolded);
        let page = |anchor| {
            let order = order.clone();
            let started = Instant::now();
            let page =
                store.read_now(move |reader| reader.page_in_order(view, &order, anchor, 50))?;
            Ok::<_, Error>((page, ms(started)))
        };
        let mut times = Vec::new();
        let mut anchor = Anchor::Top;
        let mut rows = 0;
        for _ in 0..200 {
            let (page, time) = page(anchor)?;
            times.push(time);
            rows += page.rows.len();
            match page.rows.last().and_then(|row| row.thread) {
                Some(thread) if page.older => anchor = Anchor::After(thread.newest),
                _ => break,
            }
        }
        times.sort_by(f64::total_cmp);
        let (end, last) = page(Anchor::End)?;
        println!(
            "threads {}, {} pages of 50, {rows} rows: median {:.3}, worst {:.3} ms · last page, {} rows: {last:.3} ms",
            if unfolded { "unfolded" } else { "folded" },
            times.len(),
            times.get(times.len() / 2).copied().unwrap_or_default(),
            times.last().copied().unwrap_or_default(),
            end.rows.len(),
        );
    }
    Ok(())
}

fn change(store: &Store) -> Result<(), Error> {
    let ids: Vec<_> = (1..=300).map(MessageId).collect();
    let to = Destination::New("Lists".to_owned());
    let change = Change::Move { ids, to };
    let started = Instant::now();
    store.write_now(move |writer| writer.apply(&change, 0))?;
    println!("move 300: {:.1} ms", ms(started));
    let started = Instant::now();
    store.write_now(|writer| writer.undo(0))?;
    println!("undo 300: {:.1} ms", ms(started));
    Ok(())
}

/// How long single changes take while batches arrive.
fn interfere(store: &Store, account: AccountId) -> Result<(), Error> {
    let batches = batches(200_000, 10_000, 12_000);
    let fetch = store.clone();
    let fetching = std::thread::spawn(move || {
        batches.into_iter().try_for_each(|batch| {
            fetch.write_now(move |writer| writer.add(account, &batch).map(drop))
        })
    });
    let mut waits = Vec::new();
    for number in 1.. {
        if fetching.is_finished() {
            break;
        }
        let change = Change::Opened {
            id: MessageId(1_000 + number),
        };
        let started = Instant::now();
        store.write_now(move |writer| writer.apply(&change, 0))?;
        waits.push(ms(started));
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    waits.sort_by(f64::total_cmp);
    let at = |part: usize| {
        waits
            .get(waits.len() * part / 100)
            .copied()
            .unwrap_or_default()
    };
    println!(
        "a change while batches arrive ({}): median {:.1}, p95 {:.1}, worst {:.1} ms",
        waits.len(),
        at(50),
        at(95),
        at(99)
    );
    fetching.join().unwrap_or(Err(Error::Panicked))
}

/// What a fetch that brings nothing asks of the store: 50,000 mails kept on the server, beside the others.
fn poll(store: &Store) -> Result<(), Error> {
    let account = store.write_now(|writer| writer.account("bob", "bob@example.org"))?;
    insert(store, account, 0, 50_000, 500)?;
    let listed: Vec<(UniqueId, Option<u64>)> = (0..50_000)
        .filter_map(|number| Some((mail(number, 1).uid?, None)))
        .collect();
    for _ in 0..5 {
        let started = Instant::now();
        let known = store.read_now(move |reader| reader.undeleted(account))?;
        let read = ms(started);
        let names = listed.iter().map(|(uid, size)| (Some(uid), *size));
        let absence = Absence::of(&known, &Namesakes::of(&known, names), 0);
        println!(
            "50,000 known: {read:.1} ms, compared with the listing: {:.1} ms in all, {} missed",
            ms(started),
            absence.missed.len()
        );
    }
    Ok(())
}
