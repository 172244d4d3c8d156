//! The way of a mail: its `Received` fields (RFC 5321, section 4.4), oldest first, with the time each step took.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::mail::origin::{Row, fields};
use crate::mail::parse::date;
use crate::mail::words::duration;

/// Steps told; a longer way is a loop.
const MAX_HOPS: usize = 50;

/// One step, written by the host that received the mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Hop {
    /// The place of its field in the header.
    pub(super) place: usize,
    /// Who handed it over, by their own word.
    pub(super) from: Option<String>,
    /// What the receiving host saw of them: name and address.
    pub(super) seen: Option<String>,
    /// Who received it.
    pub(super) by: Option<String>,
    /// `ESMTPS`, `HTTP`, …
    pub(super) with: Option<String>,
    /// When, in seconds since 1970 UTC.
    pub(super) time: Option<i64>,
}

/// The steps, oldest first.
pub(super) fn way(headers: &[(String, String)]) -> Vec<Hop> {
    let newest_first = fields(headers, "Received").take(MAX_HOPS);
    let mut hops: Vec<Hop> = newest_first
        .map(|(place, value)| hop(place, value))
        .collect();
    hops.reverse();
    hops
}

/// One row a step.
pub(super) fn rows(way: &[Hop], zone: &TimeZone) -> Vec<Row> {
    let mut last = None;
    let mut rows = Vec::new();
    for (index, hop) in way.iter().enumerate() {
        rows.push(((index + 1).to_string(), sentence(hop, last, zone)));
        last = hop.time.or(last);
    }
    rows
}

/// `from a.example (192.0.2.1) to b.example with ESMTPS on Tue 3 Mar 2026, 12:00:05, 2 s later`
fn sentence(hop: &Hop, last: Option<i64>, zone: &TimeZone) -> String {
    let mut words = Vec::new();
    if let Some(from) = &hop.from {
        words.push(format!("from {from}"));
    }
    if let Some(seen) = &hop.seen {
        words.push(format!("({seen})"));
    }
    if let Some(by) = &hop.by {
        words.push(format!("to {by}"));
    }
    if let Some(with) = &hop.with {
        words.push(format!("with {with}"));
    }
    let time = hop.time.and_then(|time| Timestamp::from_second(time).ok());
    if let Some(time) = time {
        let local = time.to_zoned_datetime(zone.clone());
        words.push(format!("on {}", local.strftime("%a %-d %b %Y, %H:%M:%S")));
    }
    let later = hop
        .time
        .zip(last)
        .map(|(time, last)| delay(time.saturating_sub(last)));
    format!("{}{}", words.join(" "), later.unwrap_or_default())
}

#[expect(clippy::cast_precision_loss, reason = "a rough time")]
fn delay(seconds: i64) -> String {
    match seconds {
        0 => ", at once".to_owned(),
        1.. => format!(", {} later", duration(seconds as f64)),
        _ => format!(
            ", {} earlier by its clock",
            duration(seconds.saturating_neg() as f64)
        ),
    }
}

fn hop(place: usize, value: &str) -> Hop {
    let (way, time) = value.rsplit_once(';').unwrap_or((value, ""));
    let mut hop = Hop {
        place,
        time: date::seconds(time.as_bytes()),
        ..Hop::default()
    };
    let words = words(way);
    let mut at = 0;
    while at + 1 < words.len() {
        let (name, value) = (words[at], words[at + 1].to_owned());
        let slot = match name.to_ascii_lowercase().as_str() {
            "from" if hop.by.is_none() => &mut hop.from,
            "by" => &mut hop.by,
            "with" => &mut hop.with,
            _ => {
                at += 1;
                continue;
            }
        };
        if slot.is_none() {
            *slot = Some(value);
            let comment = words.get(at + 2).and_then(|word| word.strip_prefix('('));
            if name.eq_ignore_ascii_case("from") {
                hop.seen = comment.map(|seen| seen.trim_end_matches(')').to_owned());
            }
        }
        at += 2;
    }
    hop
}

/// Words and comments in parentheses, these whole.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = None;
    let mut depth = 0_usize;
    for (place, c) in text.char_indices() {
        let ends = depth == 0 && (c.is_whitespace() || c == '(');
        if ends && let Some(start) = start.take() {
            words.push(&text[start..place]);
        }
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if start.is_none() && !c.is_whitespace() {
            start = Some(place);
        }
        if c == ')'
            && depth == 0
            && let Some(start) = start.take()
        {
            words.push(&text[start..=place]);
        }
    }
    words.extend(start.map(|start| &text[start..]));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_read_as_mail_systems_write_it() {
        let postfix = hop(
            0,
            "from a.example (mail.a.example [192.0.2.1]) by mx.b.example (Postfix) with ESMTPS id 4X; Mon, 23 Nov 2026 14:02:03 +0100 (CET)",
        );
        assert_eq!(postfix.from.as_deref(), Some("a.example"));
        assert_eq!(postfix.seen.as_deref(), Some("mail.a.example [192.0.2.1]"));
        assert_eq!(postfix.by.as_deref(), Some("mx.b.example"));
        assert_eq!(postfix.with.as_deref(), Some("ESMTPS"));
        assert_eq!(postfix.time, Some(1_795_438_923));
        let local = hop(0, "by mx.google.com with SMTP id x from nowhere; nonsense");
        assert_eq!((local.from, local.time), (None, None));
        assert_eq!(hop(0, "(((((").by, None);
        assert_eq!(hop(0, "").by, None);
    }

    #[test]
    fn the_way_is_told_oldest_first_with_delays() {
        let headers: Vec<(String, String)> = [
            "from c by d; Mon, 23 Nov 2026 14:05:00 +0000",
            "from b by c; Mon, 23 Nov 2026 14:05:00 +0000",
            "from a by b; Mon, 23 Nov 2026 14:00:00 +0000",
            "by a; Mon, 23 Nov 2026 14:00:30 +0000",
        ]
        .map(|value| ("Received".to_owned(), value.to_owned()))
        .into();
        let rows = rows(&way(&headers), &TimeZone::UTC);
        assert_eq!(rows[0].1, "to a on Mon 23 Nov 2026, 14:00:30");
        assert_eq!(
            rows[1].1,
            "from a to b on Mon 23 Nov 2026, 14:00:00, 30 s earlier by its clock"
        );
        assert_eq!(
            rows[2].1,
            "from b to c on Mon 23 Nov 2026, 14:05:00, 5 min later"
        );
        assert_eq!(
            rows[3].1,
            "from c to d on Mon 23 Nov 2026, 14:05:00, at once"
        );
    }
}
