//! How fast a mail of 50 MB opens, is scrolled and is laid out for another width, beside one of 5 KB.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use poptui::mail::{How, Opened, Show, Source, Typesetter};

const LARGE: usize = 50_000_000;
/// As the runtime does it: the first octets of a long mail, and some screens of text.
const BEGINNING: usize = 256 << 10;
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

fn whole(opened: &Opened, show: &Show) -> Typesetter {
    let mut typesetter = opened.typeset(show);
    typesetter.go_on(usize::MAX);
    typesetter
}

fn reader(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("reader");
    group.sample_size(10);
    let rendered = show(80, Source::Rendered);
    let mails = [
        ("50 MB of lines", lines(LARGE)),
        ("50 MB attached", attached(LARGE)),
        ("100 MB in one line", mail("", "word and word ", 2 * LARGE)),
        ("5 KB", lines(5_000)),
    ];
    for (name, mail) in &mails {
        let beginning = &mail[..mail.len().min(BEGINNING)];
        group.bench_function(format!("{name}: first page"), |bencher| {
            bencher.iter(|| black_box(first_page(beginning, &rendered)));
        });
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
