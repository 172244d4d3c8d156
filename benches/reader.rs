//! How fast a mail of 50 MB opens, out of the store too, is scrolled and is laid out for another width, beside one of
//! 5 KB; and, where `POPTUI_SHARED` points at the corpus, which of its mails open slowest.
#![expect(clippy::print_stdout, reason = "a measurement tells its figures")]

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use poptui::mail::{Completeness, Envelope, How, MessageId, Opened, Show, Source, Typesetter};
use poptui::store::{NewMail, Reader, Store};

const LARGE: usize = 50_000_000;
/// As the runtime does it: the first octets of a long mail, and some screens of text.
const BEGINNING: usize = 256 << 10;
const LONG: usize = 1 << 20;
const FIRST: usize = 32 << 10;
const SCREEN: usize = 40;

fn show(width: u16, source: Source) -> Show {
    let how = How {
        source,
        ..How::default()
    };
    Show::new(how, width, jiff::tz::TimeZone::UTC, 1_795_438_920)
}

fn mail(head: &str, body: &str, octets: usize) -> Vec<u8> {
    let head = format!("Subject: Large\r\nFrom: Ada <ada@example.org>\r\n{head}\r\n");
    let body = body.repeat(octets / body.len() + 1);
    [head.as_bytes(), body.as_bytes()].concat()
}

fn lines(octets: usize) -> Vec<u8> {
    let text = "The quick brown fox jumps over the lazy dog, and nobody knows why it does so.\r\n";
    mail(
        "",
        &format!("{}see https://example.org/fox\r\n\r\n", text.repeat(20)),
        octets,
    )
}

/// A small text and a large attachment.
fn attached(octets: usize) -> Vec<u8> {
    let row = format!("{}\r\n", "QUJD".repeat(19));
    let head = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee attachment.\r\n--b\r\n\
                Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n";
    mail(head, &row, octets)
}

/// The first page as it comes onto the screen.
fn first_page(beginning: &[u8], show: &Show) -> usize {
    let opened = Opened::beginning(beginning.to_vec(), show).expect("a text");
    let mut typesetter = opened.typeset(show);
    typesetter.go_on(FIRST);
    typesetter.document().rows(0..SCREEN).len()
}

/// The same out of the store, with all that is done before: what a key press waits for.
fn first_page_of(store: &Store, id: MessageId, show: &Show) -> usize {
    let octets = |most| {
        let job = move |reader: &Reader| reader.octets_from_start(id, most);
        store.read_now(job).expect("reads").expect("is there")
    };
    let (beginning, length) = octets(BEGINNING);
    if length > LONG && Opened::beginning(beginning.clone(), show).is_some() {
        return first_page(&beginning, show);
    }
    let whole = if length > BEGINNING {
        octets(usize::MAX).0
    } else {
        beginning
    };
    let opened = Opened::read(whole);
    let mut typesetter = opened.typeset(show);
    typesetter.go_on(FIRST);
    typesetter.document().rows(0..SCREEN).len()
}

/// A store with these mails.
fn store_of(mails: &[(&str, Vec<u8>)], dir: &Path) -> (Store, Vec<MessageId>) {
    let store = Store::open(dir).expect("opens");
    let account = store
        .write_now(|writer| writer.account("alice", "alice@example.org"))
        .expect("writes");
    let stored = |(number, (_, octets)): (usize, &(&str, Vec<u8>))| {
        let mut sha256 = [0; 32];
        sha256[..8].copy_from_slice(&number.to_be_bytes());
        let mail = NewMail {
            uid: None,
            listed_size: Some(octets.len() as u64),
            octets: octets.clone(),
            sha256,
            envelope: Envelope::read(octets),
            arrived: 1_800_000_000,
            completeness: Completeness::Whole,
        };
        let added = store.write_now(move |writer| writer.add(account, &[mail]));
        added.expect("writes")[0].id.expect("a new mail")
    };
    let ids = mails.iter().enumerate().map(stored).collect();
    (store, ids)
}

/// Reading a mail of strangers to the end of its layout, once each: the five slowest.
fn slowest_of_strangers() {
    let Some(shared) = std::env::var_os("POPTUI_SHARED") else {
        return println!("POPTUI_SHARED names no corpus: no mails of strangers are measured");
    };
    let mut directories = vec![
        Path::new(&shared).join("corpus/mail"),
        Path::new(&shared).join("corpus/html"),
    ];
    let mut taken: Vec<(Duration, String)> = Vec::new();
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                directories.push(path);
                continue;
            }
            let octets = fs::read(&path).expect("reads");
            let octets = match path.extension().and_then(|extension| extension.to_str()) {
                Some("eml") => octets,
                Some("html") => [b"Content-Type: text/html\n\n", &octets[..]].concat(),
                _ => continue,
            };
            let started = Instant::now();
            let opened = Opened::read(octets);
            black_box(whole(&opened, &show(80, Source::Rendered)).octets());
            taken.push((started.elapsed(), path.display().to_string()));
        }
    }
    taken.sort_by_key(|(time, _)| std::cmp::Reverse(*time));
    println!(
        "the five slowest of {} mails of strangers, read and laid out to the end:",
        taken.len()
    );
    for (time, path) in taken.iter().take(5) {
        println!("  {:.1} ms {path}", time.as_secs_f64() * 1_000.0);
    }
}

fn whole(opened: &Opened, show: &Show) -> Typesetter {
    let mut typesetter = opened.typeset(show);
    typesetter.go_on(usize::MAX);
    typesetter
}

fn reader(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("reader");
    group.sample_size(10);
    slowest_of_strangers();
    let rendered = show(80, Source::Rendered);
    let html = "Content-Type: text/html\r\n";
    let mails = [
        ("50 MB of lines", lines(LARGE)),
        ("50 MB attached", attached(LARGE)),
        ("100 MB in one line", mail("", "word and word ", 2 * LARGE)),
        (
            "50 MB of HTML",
            mail(html, "<p>Words and <b>more</b> words</p>\r\n", LARGE),
        ),
        ("5 KB", lines(5_000)),
    ];
    let dir = tempfile::tempdir().expect("a directory");
    let (store, ids) = store_of(&mails, dir.path());
    for ((name, mail), id) in mails.iter().zip(ids) {
        group.bench_function(format!("{name}: first page, out of the store"), |bencher| {
            bencher.iter(|| black_box(first_page_of(&store, id, &rendered)));
        });
        let beginning = &mail[..mail.len().min(BEGINNING)];
        if Opened::beginning(beginning.to_vec(), &rendered).is_some() {
            group.bench_function(format!("{name}: first page"), |bencher| {
                bencher.iter(|| black_box(first_page(beginning, &rendered)));
            });
        }
        group.bench_function(format!("{name}: read and begun again, whole"), |bencher| {
            let read = |octets| {
                let opened = Opened::read(octets);
                let mut typesetter = opened.typeset(&rendered);
                typesetter.go_on(FIRST);
                black_box(typesetter.document().len());
                opened
            };
            bencher.iter_batched(|| mail.clone(), read, BatchSize::PerIteration);
        });
        let opened = Opened::read(mail.clone());
        group.bench_function(format!("{name}: another width"), |bencher| {
            bencher.iter(|| {
                let mut typesetter = opened.typeset(&show(100, Source::Rendered));
                typesetter.go_on(FIRST);
                black_box(typesetter.document().rows(0..SCREEN).len())
            });
        });
        group.bench_function(format!("{name}: raw"), |bencher| {
            bencher.iter(|| {
                let mut typesetter = opened.typeset(&show(80, Source::Raw));
                typesetter.go_on(FIRST);
                black_box(typesetter.document().rows(0..SCREEN).len())
            });
        });
        group.bench_function(format!("{name}: laid out to the end"), |bencher| {
            bencher.iter(|| black_box(whole(&opened, &rendered).octets()));
        });
        let document = whole(&opened, &rendered).document();
        let rows = document.len();
        let mut top = 0;
        group.bench_function(format!("{name}: a screen anywhere"), |bencher| {
            bencher.iter(|| {
                top = (top + 4_711) % rows;
                black_box(document.rows(top..top + SCREEN).len())
            });
        });
    }
    group.finish();
}

criterion_group!(benches, reader);
criterion_main!(benches);
