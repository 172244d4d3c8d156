//! What reading a mail takes, counted: its own test binary, as an allocator is the whole program's.
//!
//! `POPTUI_VERBOSE=1 cargo test --release --test memory -- --nocapture` prints the dearest mails.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;
use poptui::mail::Message;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Octets of memory for each octet of a mail.
const TIMES: usize = 20;
/// What the smallest mail may take: tables of names, buffers that are not grown octet by octet.
const AT_LEAST: usize = 16 << 10;

/// What reading one mail took.
struct Cost {
    name: String,
    size: usize,
    memory: usize,
    time: Duration,
}

fn cost(name: String, mail: &[u8]) -> Cost {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let start = Instant::now();
    let message = Message::read(mail);
    let time = start.elapsed();
    let memory = ALLOCATOR.peak_usage() - before;
    drop(message);
    let size = mail.len();
    Cost {
        name,
        size,
        memory,
        time,
    }
}

// One test: a second one at the same time would be counted with it.
#[test]
fn no_mail_takes_more_than_twenty_times_its_size_in_memory() {
    // The tables and threads that are made once are not the first mail's.
    drop(Message::read(&made().swap_remove(0).1));
    let mut costs: Vec<Cost> = made()
        .into_iter()
        .map(|(name, mail)| cost(name.to_owned(), &mail))
        .collect();
    for path in corpus() {
        let mail = std::fs::read(&path).unwrap();
        costs.push(cost(path.display().to_string(), &mail));
    }
    report(&mut costs);
    for Cost {
        name, size, memory, ..
    } in costs
    {
        let most = (TIMES * size).max(AT_LEAST);
        assert!(memory <= most, "{name}: {memory} octets for {size}");
    }
}

/// Large mails of every kind that is decoded.
fn made() -> Vec<(&'static str, Vec<u8>)> {
    let typed = |kind: &str, body: &str| format!("Content-Type: {kind}\n\n{body}").into_bytes();
    let base64 = "w6nDqcOpw6nDqcOpw6nDqcOp\n".repeat(40_000);
    let parts = "--b\nContent-Disposition: attachment; filename=a.txt\n\nsome text\n".repeat(5_000);
    vec![
        ("text", typed("text/plain", &"grün\n".repeat(200_000))),
        (
            "base64",
            typed(
                "text/plain; charset=utf-8\nContent-Transfer-Encoding: base64",
                &base64,
            ),
        ),
        (
            "utf-7",
            typed("text/plain; charset=utf-7", &"+AOkA6Q-".repeat(100_000)),
        ),
        (
            "iso-2022-jp",
            typed(
                "text/plain; charset=iso-2022-jp",
                &"\x1b$B4A;z\x1b(B".repeat(100_000),
            ),
        ),
        (
            "hz",
            typed(
                "text/plain; charset=hz-gb-2312",
                &"~{::WV~}".repeat(100_000),
            ),
        ),
        (
            "undeclared",
            [&b"Subject: x\n\n"[..], &b"gr\xfcn ".repeat(200_000)].concat(),
        ),
        (
            "words",
            format!(
                "Subject: {}\n\n",
                "=?utf-8?q?=C3?= =?utf-8?q?=A9?= ".repeat(20_000)
            )
            .into_bytes(),
        ),
        (
            "addresses",
            format!("To: {}\n\n", "\"A (b)\" <a@b.example>, ".repeat(40_000)).into_bytes(),
        ),
        ("parts", typed("multipart/mixed; boundary=b", &parts)),
    ]
}

fn corpus() -> Vec<PathBuf> {
    let Some(shared) = std::env::var_os("POPTUI_SHARED") else {
        return Vec::new();
    };
    let entries = std::fs::read_dir(PathBuf::from(shared).join("corpus/mail")).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[expect(
    clippy::print_stderr,
    reason = "figures for whoever runs this with --nocapture"
)]
fn report(costs: &mut [Cost]) {
    if std::env::var_os("POPTUI_VERBOSE").is_none() {
        return;
    }
    costs.sort_by_key(|cost| std::cmp::Reverse(cost.memory / cost.size.max(AT_LEAST / TIMES)));
    for cost in costs.iter().take(10) {
        eprintln!(
            "{:9} octets of memory for {:8}: {}",
            cost.memory, cost.size, cost.name
        );
    }
    costs.sort_by_key(|cost| std::cmp::Reverse(cost.time));
    for cost in costs.iter().take(10) {
        eprintln!(
            "{:9.3} ms for {:8} octets: {}",
            cost.time.as_secs_f64() * 1e3,
            cost.size,
            cost.name
        );
    }
}
