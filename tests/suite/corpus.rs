//! Mail of strangers, read and compared with what three other parsers read in it.
//!
//! The corpus is no part of the project: it is read where `POPTUI_SHARED` points at it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use poptui::mail::{Document, Envelope, Headers, How, Line, Message, Role, Show, Source, width};
use serde_json::{Value, json};

use crate::support::not_run::not_shared;

/// Fields and the share of mails, in thousandths, that must be read as all parsers agree.
const FLOORS: [(&str, usize); 10] = [
    ("subject", 999),
    ("from_names", 999),
    ("from_addrs", 999),
    ("date", 999),
    ("attachments", 999),
    ("message_id", 999),
    ("has_text", 999),
    ("has_html", 999),
    ("text200", 999),
    ("html200", 999),
];

/// The corpus directory, or `None` with a word on stderr.
fn corpus() -> Option<PathBuf> {
    let shared = std::env::var_os("POPTUI_SHARED");
    if shared.is_none() {
        not_shared("the mails of corpus/mail");
    }
    shared.map(|shared| PathBuf::from(shared).join("corpus"))
}

fn oracle(corpus: &Path) -> Vec<(Vec<u8>, Value)> {
    let lines = fs::read_to_string(corpus.join("oracle.jsonl")).unwrap();
    lines
        .lines()
        .map(|line| {
            let entry: Value = serde_json::from_str(line).unwrap();
            let name = format!("mail/{}.eml", entry["sha256"].as_str().unwrap());
            (fs::read(corpus.join(name)).unwrap(), entry)
        })
        .collect()
}

/// Mails and fields in which the three agree on less than the mail says, and why.
const EXCEPTED: [(&str, &str, &str); 4] = [
    (
        "96f07aab300bb07f0f1b0890f919ea6775251b230c741d5f1e5c628fc2b7e54e",
        "date",
        "its Date is `<HR>`: a list shows when its last hop took it",
    ),
    (
        "c96ef8735b51e7fc7b07ed61ea45366c8e2886a49230e4c81e3f3a3aa9d9fab9",
        "date",
        "its Date is `29 paX 2007`, damaged Polish: the same",
    ),
    (
        "e7ff4bcd64c0a7e3c9d72ef6fb7672a9a6b15093c70c8745d10a2019ce24231d",
        "from_names",
        "it has no From: its Sender stands in",
    ),
    (
        "e7ff4bcd64c0a7e3c9d72ef6fb7672a9a6b15093c70c8745d10a2019ce24231d",
        "from_addrs",
        "the same",
    ),
];

/// How often a reader agrees: ours, and mail-parser without anything around it.
#[derive(Default)]
struct Score {
    all: usize,
    ours: usize,
    plain: usize,
}

#[test]
fn mail_of_strangers_is_read_as_other_parsers_read_it() {
    let Some(corpus) = corpus() else { return };
    let mut score: BTreeMap<&str, Score> = BTreeMap::new();
    for (octets, entry) in oracle(&corpus) {
        let plain = plainly::facts(&octets);
        for (field, got) in &facts(&octets) {
            let hash = entry["sha256"].as_str().unwrap();
            let Some(expected) = agreed(&entry["fields"][field]) else {
                continue;
            };
            if EXCEPTED
                .iter()
                .any(|(mail, what, _)| (*mail, what) == (hash, field))
            {
                continue;
            }
            let expected = tidy(field, expected);
            let score = score.entry(field).or_default();
            let same = expected == tidy(field, got);
            score.all += 1;
            score.ours += usize::from(same);
            score.plain += usize::from(
                plain
                    .get(field)
                    .is_some_and(|got| expected == tidy(field, got)),
            );
            if !same && std::env::var_os("POPTUI_VERBOSE").is_some() {
                report(&format!(
                    "{hash} {field}\n  want {expected}\n  got  {}",
                    tidy(field, got)
                ));
            }
        }
    }
    report("field           mails     ours  mail-parser used plainly");
    for (field, score) in &score {
        let (ours, plain) = (
            percent(score.ours, score.all),
            percent(score.plain, score.all),
        );
        report(&format!(
            "{field:14} {:6} {ours:7.2}% {plain:7.2}%",
            score.all
        ));
    }
    for (field, floor) in FLOORS {
        let Score { all, ours, plain } = score[field];
        assert!(ours * 1000 >= floor * all, "{field}: {ours} of {all}");
        assert!(
            ours >= plain,
            "{field}: {ours} of {all}, mail-parser {plain}"
        );
    }
}

/// What mail-parser says of a mail when nothing stands around it.
mod plainly {
    use std::collections::BTreeMap;

    use mail_parser::{MessageParser, MessagePart, MimeHeaders, PartType};
    use serde_json::{Value, json};

    pub(super) fn facts(octets: &[u8]) -> BTreeMap<&'static str, Value> {
        let Some(message) = MessageParser::default().parse(octets) else {
            return BTreeMap::new();
        };
        let from: Vec<_> = message
            .from()
            .map(|from| from.iter().collect())
            .unwrap_or_default();
        let names: Vec<_> = from.iter().map(|a| a.name().unwrap_or_default()).collect();
        let addresses: Vec<_> = from
            .iter()
            .map(|a| a.address().unwrap_or_default().to_lowercase())
            .collect();
        let leaves = message.parts.iter();
        let leaves = leaves.filter(|part| !matches!(part.body, PartType::Multipart(_)));
        let (attached, shown): (Vec<_>, Vec<_>) = leaves.partition(|part| is_attachment(part));
        let attachments: Vec<_> = attached
            .iter()
            .map(|part| part.attachment_name().unwrap_or_default())
            .collect();
        let plain = shown.iter().find_map(|part| match &part.body {
            PartType::Text(text) if is_plain(part) => Some(text.clone()),
            _ => None,
        });
        let html = shown.iter().find_map(|part| match &part.body {
            PartType::Html(html) => Some(html.clone()),
            _ => None,
        });
        BTreeMap::from([
            ("subject", json!(message.subject().unwrap_or_default())),
            ("from_names", json!(names)),
            ("from_addrs", json!(addresses)),
            (
                "date",
                json!(message.date().map(mail_parser::DateTime::to_timestamp)),
            ),
            ("attachments", json!(attachments)),
            ("n_attachments", json!(attachments.len())),
            ("message_id", json!(message.message_id())),
            ("has_text", json!(plain.is_some())),
            ("has_html", json!(html.is_some())),
            ("text200", json!(plain)),
            ("html200", json!(html)),
        ])
    }

    fn is_attachment(part: &MessagePart<'_>) -> bool {
        let disposition = part.content_disposition();
        disposition.is_some_and(mail_parser::ContentType::is_attachment)
            || part.attachment_name().is_some()
    }

    fn is_plain(part: &MessagePart<'_>) -> bool {
        part.content_type()
            .is_none_or(|kind| kind.subtype().unwrap_or("plain") == "plain")
    }
}

#[test]
fn mail_of_strangers_is_shown_safely_at_every_width_and_never_blank() {
    let Some(corpus) = corpus() else { return };
    let mut without_layout = 0;
    for octets in mails(&corpus) {
        let message = Message::read(&octets);
        for columns in [20, 80, 200] {
            for source in [Source::Rendered, Source::Raw] {
                let document = message.render(&octets, &show(columns, source));
                check(&document, columns);
                without_layout += usize::from(text(&document).contains("too much layout"));
            }
        }
    }
    report(&format!("shown without layout: {without_layout}"));
}

/// The mails, and the HTML bodies as mails.
fn mails(corpus: &Path) -> Vec<Vec<u8>> {
    let mut mails = Vec::new();
    let mut directories = vec![corpus.join("mail"), corpus.join("html")];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
                continue;
            }
            let octets = fs::read(&path).unwrap();
            match path.extension().and_then(|extension| extension.to_str()) {
                Some("eml") => mails.push(octets),
                Some("html") => mails.push([b"Content-Type: text/html\n\n", &octets[..]].concat()),
                _ => {}
            }
        }
    }
    mails
}

fn show(width: u16, source: Source) -> Show {
    let how = How {
        headers: Headers::All,
        source,
        ..How::default()
    };
    Show::new(how, width, jiff::tz::TimeZone::UTC, 1_795_440_000)
}

fn text(document: &Document) -> String {
    document.lines().iter().map(Line::text).collect()
}

fn check(document: &Document, columns: u16) {
    let lines = document.lines();
    for line in &lines {
        let row: String = line.spans.iter().map(|span| span.text.as_str()).collect();
        assert!(width(&row) <= usize::from(columns), "{row}");
        let hurts = |c: char| {
            c.is_control()
                || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}')
        };
        assert!(!row.contains(hurts), "{row:?}");
    }
    let rule = lines
        .iter()
        .position(|line| line.spans.iter().any(|span| span.role == Role::Rule));
    let Some(rule) = rule else { return };
    let body = lines[rule + 1..].iter().flat_map(|line| &line.spans);
    let shown: String = body.map(|span| span.text.as_str()).collect();
    assert!(!shown.trim().is_empty(), "a blank page");
}

#[expect(
    clippy::print_stderr,
    reason = "figures for whoever runs this with --nocapture"
)]
fn report(line: &str) {
    eprintln!("{line}");
}

#[expect(clippy::cast_precision_loss, reason = "a few thousand mails")]
fn percent(right: usize, all: usize) -> f64 {
    100.0 * right as f64 / all as f64
}

/// The value on which all parsers agree.
fn agreed(field: &Value) -> Option<&Value> {
    let alone = field["alt"].as_array().is_none_or(Vec::is_empty);
    (field["agreed"] == true && alone).then_some(&field["value"])
}

fn facts(octets: &[u8]) -> Vec<(&'static str, Value)> {
    let message = Message::read(octets);
    let envelope = Envelope::read(octets);
    assert_eq!(envelope, message.envelope);
    let names: Vec<_> = envelope
        .from
        .iter()
        .map(|a| a.name.clone().unwrap_or_default())
        .collect();
    let addresses: Vec<_> = envelope
        .from
        .iter()
        .map(|a| a.address.clone().unwrap_or_default().to_lowercase())
        .collect();
    vec![
        ("subject", json!(envelope.subject)),
        ("from_names", json!(names)),
        ("from_addrs", json!(addresses)),
        ("date", json!(envelope.date)),
        ("attachments", json!(envelope.attachments)),
        ("n_attachments", json!(envelope.attachments.len())),
        ("message_id", json!(envelope.message_id)),
        ("has_text", json!(message.plain.is_some())),
        ("has_html", json!(message.html.is_some())),
        ("text200", json!(message.plain)),
        ("html200", json!(message.html)),
    ]
}

/// Runs of white space are one blank, texts count up to 200 characters, attachments are a set.
fn tidy(field: &str, value: &Value) -> Value {
    match value {
        Value::Null if matches!(field, "subject" | "message_id" | "text200" | "html200") => {
            json!("")
        }
        Value::String(text) => {
            let text = text.replace('\0', "");
            let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if field.ends_with("200") {
                return json!(line.chars().take(200).collect::<String>().trim());
            }
            json!(line)
        }
        Value::Array(items) => {
            let mut items: Vec<_> = items.iter().map(|item| tidy(field, item)).collect();
            if field == "attachments" {
                items.sort_by_key(Value::to_string);
            }
            Value::Array(items)
        }
        other => other.clone(),
    }
}
