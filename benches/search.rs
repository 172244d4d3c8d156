//! Measures the full-text index: `cargo bench --bench search`. `POPTUI_BENCH_DIR` names a directory on the disk meant (else
//! the temporary directory), `POPTUI_BENCH_MAILS` how many mails, `POPTUI_BENCH_WORDS` how many words each has at most.
#![expect(clippy::print_stdout, reason = "a measurement tells its figures")]

use std::path::{Path, PathBuf};
use std::time::Instant;

use jiff::ZonedDateTime;
use poptui::mail::{Completeness, Envelope};
use poptui::pop3::UniqueId;
use poptui::query::Query;
use poptui::store::{Error, NewMail, Store};

/// Mails of one transaction.
const BATCH: usize = 500;
/// How often each query is asked.
const TIMES: usize = 21;
/// Different words.
const VOCABULARY: u64 = 60_000;

/// Queries, and what is measured by them.
const QUERIES: [(&str, &str); 20] = [
    ("a word of one mail", "\"number77777\""),
    ("rare word", "\"qzarare\""),
    ("common word", "\"ba\""),
    ("word, as typed", "belupo"),
    ("one letter", "b"),
    ("two letters", "be"),
    ("three letters", "bel"),
    ("four letters", "belu"),
    ("phrase of common words", "\"ba be\""),
    ("address", "bob77@example.org"),
    ("sender", "from:bob77"),
    ("sender, two letters", "from:bo"),
    ("common word without another", "\"ba\" -\"be\""),
    ("all without a common word", "-\"ba\""),
    ("rare or common", "\"qzarare\" or \"ba\""),
    ("common or flagged", "is:flagged or \"ba\""),
    ("common word and two letters", "ba be"),
    ("rare word and two letters", "qzarare be"),
    ("two letters in a small folder", "be in:archive"),
    ("old mails with a common word", "\"ba\" before:2016"),
];

fn main() -> Result<(), Error> {
    let told = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let mails = told("POPTUI_BENCH_MAILS").unwrap_or(100_000);
    let words = told("POPTUI_BENCH_WORDS").unwrap_or(600);
    let disk = std::env::var_os("POPTUI_BENCH_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
    let profile = tempfile::tempdir_in(disk).expect("a directory to measure in");
    let store = Store::open(profile.path())?;
    let raw = fill(&store, mails, words)?;
    let started = Instant::now();
    store.write_now(|writer| writer.index_some(usize::MAX))?;
    let seconds = started.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    let rate = mails as f64 / seconds;
    println!("the rest indexed: {seconds:.1} s, {rate:.0} mails/s if it was all");
    for (what, typed) in QUERIES {
        ask(&store, what, typed)?;
    }
    store.close();
    sizes(profile.path(), raw);
    Ok(())
}

fn fill(store: &Store, mails: u64, words: u64) -> Result<usize, Error> {
    let account = store.write_now(|writer| writer.account("alice", "alice@example.org"))?;
    let started = Instant::now();
    let (mut raw, mut added) = (0, 0.0);
    let mut next = 0;
    while next < mails {
        let batch: Vec<_> = (next..mails)
            .take(BATCH)
            .map(|number| mail(number, words))
            .collect();
        next += batch.len() as u64;
        raw += batch.iter().map(|mail| mail.octets.len()).sum::<usize>();
        let begun = Instant::now();
        store.write_now(move |writer| writer.add(account, &batch).map(drop))?;
        added += begun.elapsed().as_secs_f64();
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    let (rate, mib) = (mails as f64 / added, raw as f64 / f64::from(1 << 20));
    println!(
        "{mails} mails, {mib:.0} MiB: added at {rate:.0} mails/s ({:.1} s with making them up)",
        started.elapsed().as_secs_f64()
    );
    Ok(raw)
}

/// Always the same numbers.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    /// Some words come again and again, most are rare: about as Zipf found it.
    fn word(&mut self) -> String {
        let most = self.roll(VOCABULARY) + 1;
        let most = self.roll(most) + 1;
        let mut number = self.roll(most);
        let mut word = String::new();
        loop {
            let syllable = usize::try_from(number % 100).unwrap_or_default();
            word.push(char::from(b"bdfghklmnprstvwzcjqy"[syllable / 5]));
            word.push(char::from(b"aeiou"[syllable % 5]));
            number /= 100;
            if number == 0 {
                return word;
            }
        }
    }
}

fn mail(number: u64, words: u64) -> NewMail {
    let mut dice = Dice(number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut text = String::new();
    for place in 0..=dice.roll(words) {
        text.push_str(&dice.word());
        text.push_str(if place % 11 == 10 { "\r\n" } else { " " });
    }
    if number % 5_000 == 7 {
        text.push_str("qzarare ");
    }
    let subject = format!("{} {} number{number}", dice.word(), dice.word());
    let octets = format!(
        "From: Bob Person <bob{}@example.org>\r\nTo: alice@example.org\r\nSubject: {subject}\r\n\
         Message-ID: <{number}.mail@example.org>\r\n\r\n{text}\r\n",
        number % 500
    );
    let octets = octets.into_bytes();
    let mut sha256 = [0; 32];
    sha256[..8].copy_from_slice(&number.to_be_bytes());
    let ten_years = 10 * 365 * 24 * 60 * 60;
    let date = 1_420_000_000 + i64::try_from(dice.roll(ten_years)).unwrap_or_default();
    NewMail {
        uid: Some(UniqueId(format!("{number:016x}").into_bytes().into())),
        listed_size: Some(octets.len() as u64),
        sha256,
        envelope: Envelope {
            date: Some(date),
            ..Envelope::read(&octets)
        },
        octets,
        arrived: 1_800_000_000,
        completeness: Completeness::Whole,
    }
}

fn ask(store: &Store, what: &str, typed: &str) -> Result<(), Error> {
    let query = Query::parse(typed, &ZonedDateTime::now());
    let mut times = Vec::new();
    let mut found = 0;
    for _ in 0..TIMES {
        let query = query.clone();
        let started = Instant::now();
        found = store
            .read_now(move |reader| reader.find_ids(&query, Some(50)))?
            .len();
        times.push(started.elapsed().as_secs_f64() * 1_000.0);
    }
    let first = times[0];
    times.sort_by(f64::total_cmp);
    let started = Instant::now();
    let count = store.read_now(move |reader| reader.count(&query))?;
    println!(
        "{what}, `{typed}`: first {first:.2} ms, median {:.2} ms for {found} · count {count}: {:.1} ms",
        times[TIMES / 2],
        started.elapsed().as_secs_f64() * 1_000.0
    );
    Ok(())
}

/// What each part takes of the file.
fn sizes(dir: &Path, raw: usize) {
    let connection = rusqlite::Connection::open(dir.join("mail.sqlite")).expect("opens");
    for pattern in [
        "words%",
        "beginnings%",
        "search%",
        "octets%",
        "message_rank",
        "%",
    ] {
        let sql = "SELECT sum(pgsize) FROM dbstat WHERE name LIKE ?1";
        let octets: Option<f64> = connection
            .query_row(sql, [pattern], |row| row.get(0))
            .expect("reads");
        let octets = octets.unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        let share = octets / raw as f64 * 100.0;
        println!(
            "{pattern}: {:.1} MiB, {share:.1} % of the raw mail",
            octets / f64::from(1 << 20)
        );
    }
}
