//! The machine-readable output: one object a line, in the keys and forms of the contract.

use std::io::{self, Write};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::ser::Formatter;

use crate::fetch::{Finding, Report};
use crate::mail::{Address, Completeness, Document, Message, SafeText};
use crate::pop3::UniqueId;
use crate::store::{Summary, stored_uid};

/// A mail as `list` tells it.
#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the keys of the contract")]
pub(super) struct Listed<'a> {
    id: i64,
    account: Option<&'a str>,
    folder: &'a str,
    subject: &'a str,
    from: &'a [Address],
    to: &'a [Address],
    cc: &'a [Address],
    date: Option<String>,
    arrived: Option<String>,
    unread: bool,
    flagged: bool,
    answered: bool,
    size: u64,
    sha256: String,
    uid: Option<String>,
    on_server: bool,
    message_id: Option<&'a str>,
    thread: i64,
    tags: [&'a str; 0],
    attachments: &'a [String],
    partial: bool,
}

/// A mail as `read` tells it.
#[derive(Serialize)]
pub(super) struct Read<'a> {
    #[serde(flatten)]
    listed: Listed<'a>,
    headers: &'a [(String, String)],
    text: &'a str,
    plain: Option<&'a str>,
    html: Option<&'a str>,
    links: Vec<Link<'a>>,
    parts: Vec<Part<'a>>,
}

#[derive(Serialize)]
struct Link<'a> {
    text: &'a str,
    url: &'a str,
}

#[derive(Serialize)]
struct Part<'a> {
    path: &'a str,
    r#type: &'a str,
    name: Option<&'a str>,
    size: usize,
    disposition: Option<&'a str>,
}

/// An account as `fetch` tells it when it ends.
#[derive(Serialize)]
pub(super) struct Fetched<'a> {
    account: &'a str,
    new: u64,
    updated: u64,
    deleted: u64,
    kept: u64,
    failed: Vec<Failed<'a>>,
    octets: u64,
    seconds: f64,
    error: Option<&'a str>,
    error_kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    would_download: Option<Vec<Planned>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    would_delete: Option<Vec<Planned>>,
}

/// A mail on the server, in a dry run.
#[derive(Serialize)]
struct Planned {
    uid: Option<String>,
    size: Option<u64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    partial: bool,
}

#[derive(Serialize)]
struct Failed<'a> {
    uid: Option<String>,
    reason: &'a str,
}

/// A path as `import` tells it when all of it is stored.
#[derive(Serialize)]
pub(super) struct ImportedPath<'a> {
    pub path: &'a str,
    pub imported: u64,
    pub duplicates: u64,
    pub failed: u64,
}

/// A step as `check` tells it.
#[derive(Serialize)]
pub(super) struct Checked<'a> {
    account: &'a str,
    step: &'static str,
    ok: bool,
    detail: &'a str,
    advice: Option<&'a str>,
}

impl<'a> Checked<'a> {
    pub(super) fn new(account: &'a str, finding: &'a Finding) -> Self {
        Self {
            account,
            step: finding.step.word(),
            ok: finding.ok,
            detail: finding.detail.as_str(),
            advice: finding.advice.as_ref().map(SafeText::as_str),
        }
    }
}

impl<'a> Listed<'a> {
    pub(super) fn new(mail: &'a Summary) -> Self {
        Self {
            id: mail.id.0,
            account: mail.account.as_deref(),
            folder: &mail.folder,
            subject: &mail.subject,
            from: &mail.from,
            to: &mail.to,
            cc: &mail.cc,
            date: mail.date.and_then(time),
            arrived: time(mail.arrived),
            unread: mail.unread,
            flagged: mail.flagged,
            answered: mail.answered,
            size: mail.size,
            sha256: hex(&mail.sha256),
            uid: mail.uid.as_ref().map(uid),
            on_server: mail.on_server,
            message_id: mail.message_id.as_deref(),
            thread: mail.thread,
            tags: [],
            attachments: &mail.attachments,
            partial: mail.completeness == Completeness::Head,
        }
    }
}

impl<'a> Read<'a> {
    pub(super) fn new(
        mail: &'a Summary,
        message: &'a Message,
        shown: &'a Document,
        text: &'a str,
    ) -> Self {
        let link = |link: &'a crate::mail::Link| Link {
            text: link.text.as_str(),
            url: link.url.as_str(),
        };
        let part = |part: &'a crate::mail::Part| Part {
            path: &part.path,
            r#type: &part.media_type,
            name: part.name.as_deref(),
            size: part.size,
            disposition: part.disposition.as_deref(),
        };
        // A text that has not been fetched is none, not an empty one.
        let is_head = mail.completeness == Completeness::Head;
        let part_text = |text: &'a Option<String>| {
            let text = text.as_deref();
            text.filter(|text| !is_head || !text.trim().is_empty())
        };
        Self {
            listed: Listed::new(mail),
            headers: &message.headers,
            text,
            plain: part_text(&message.plain),
            html: part_text(&message.html),
            links: shown.links.iter().map(link).collect(),
            parts: message.parts.iter().map(part).collect(),
        }
    }
}

impl<'a> Fetched<'a> {
    pub(super) fn new(report: &'a Report) -> Self {
        let failed = |failure: &'a crate::fetch::Failure| Failed {
            uid: failure.uid.as_ref().map(uid),
            reason: &failure.reason,
        };
        let planned = |mail: &crate::fetch::Planned| Planned {
            uid: mail.uid.as_ref().map(uid),
            size: mail.size,
            partial: mail.partial,
        };
        let plan = report.plan.as_ref();
        Self {
            account: &report.account,
            new: report.new,
            updated: report.updated,
            deleted: report.deleted,
            kept: report.kept,
            failed: report.failed.iter().map(failed).collect(),
            octets: report.octets,
            seconds: (report.seconds * 1_000.0).round() / 1_000.0,
            error: report.error.as_ref().map(|error| error.sentence.as_str()),
            error_kind: report.error.as_ref().map(|error| error.kind.word()),
            would_download: plan.map(|plan| plan.download.iter().map(planned).collect()),
            would_delete: plan.map(|plan| plan.delete.iter().map(planned).collect()),
        }
    }
}

/// One object on one line, harmless to a terminal and equal for every reader of JSON.
pub(super) fn line(object: &impl Serialize) -> io::Result<String> {
    let mut line = Vec::new();
    object.serialize(&mut serde_json::Serializer::with_formatter(
        &mut line, Harmless,
    ))?;
    String::from_utf8(line).map_err(io::Error::other)
}

/// Escapes whatever a terminal could obey or a reader could be misled by. JSON itself asks for that only
/// below U+0020; the values stay the same.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, found)) = rest.char_indices().find(|(_, c)| is_harmful(*c)) {
            writer.write_all(&rest.as_bytes()[..at])?;
            for unit in found.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = &rest[at + found.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }
}

/// Whether `SafeText`, the one place that knows, would not let this character through behind a letter.
/// Letters are let through unasked: a mail in Japanese is nothing else. Four of them are fillers without ink.
fn is_harmful(c: char) -> bool {
    let is_filler = matches!(c, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}');
    !c.is_ascii_graphic()
        && c != ' '
        && (is_filler || !c.is_alphanumeric())
        && !SafeText::new(&format!("x{c}")).as_str().ends_with(c)
}

/// A unique-id, whole: as it is kept, so that every command gives one mail one name.
fn uid(uid: &UniqueId) -> String {
    String::from_utf8_lossy(&stored_uid(uid).0).into_owned()
}

/// RFC 3339 in UTC; `None` for a time outside the years 0 to 9999.
fn time(seconds: i64) -> Option<String> {
    let time = Timestamp::from_second(seconds).ok()?;
    (time >= Timestamp::UNIX_EPOCH || seconds >= YEAR_ZERO).then(|| time.to_string())
}

/// 0000-01-01T00:00:00Z: RFC 3339 has no earlier one.
const YEAR_ZERO: i64 = -62_167_219_200;

fn hex(octets: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16).unwrap_or('0'); // four bits are one digit
    octets
        .iter()
        .flat_map(|octet| [digit(octet >> 4), digit(octet & 15)])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_control_reaches_the_line_and_no_value_changes() {
        let text = "a\u{1b}[2J\u{9b}31m\u{7f}\n\t\"\\ü日本\u{202e}\u{e0041}\u{3164}👩‍🚀z";
        let line = line(&text).unwrap();
        assert!(
            !line.contains(|c: char| c.is_control() || "\u{202e}\u{e0041}\u{3164}".contains(c)),
            "{line}"
        );
        assert!(line.contains("ü日本"), "{line}");
        assert_eq!(serde_json::from_str::<String>(&line).unwrap(), text);
    }

    #[test]
    fn a_mail_has_the_same_unique_id_in_every_command_however_long_or_odd_it_is() {
        for name in [
            vec![b'x'; 200],
            vec![b'y'; 600],
            b"odd\x1b[31m \xff\xe2\x80\xae".to_vec(),
        ] {
            let name = UniqueId(name.into());
            let mut report = Report::new("alice");
            report.failed = vec![crate::fetch::Failure {
                uid: Some(name.clone()),
                reason: String::new(),
            }];
            let mail = crate::fetch::Planned {
                uid: Some(name.clone()),
                size: None,
                partial: false,
            };
            report.plan = Some(crate::fetch::PlanTold {
                keep: crate::config::Keep::Forever,
                download: vec![mail.clone()],
                delete: vec![mail],
            });
            let line = line(&Fetched::new(&report)).unwrap();
            assert!(!line.contains(char::is_control), "{line}");
            let told: serde_json::Value = serde_json::from_str(&line).unwrap();
            // As `list` does with what the store kept.
            let listed = String::from_utf8_lossy(&stored_uid(&name).0).into_owned();
            for list in ["failed", "would_download", "would_delete"] {
                assert_eq!(told[list][0]["uid"], listed, "{list}");
            }
        }
    }

    #[test]
    fn times_are_rfc_3339_in_utc() {
        assert_eq!(time(0).as_deref(), Some("1970-01-01T00:00:00Z"));
        assert_eq!(time(1_764_000_000).as_deref(), Some("2025-11-24T16:00:00Z"));
        assert_eq!(time(-1).as_deref(), Some("1969-12-31T23:59:59Z"));
        assert_eq!(time(YEAR_ZERO).as_deref(), Some("0000-01-01T00:00:00Z"));
        assert_eq!(
            [time(YEAR_ZERO - 1), time(i64::MAX), time(i64::MIN)],
            [None, None, None]
        );
    }
}
