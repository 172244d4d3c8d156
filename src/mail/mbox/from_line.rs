//! The `From ` line before each mail: whether a line is one, and what it says.

use jiff::Timestamp;

use super::Marks;
use crate::mail::parse::date;

/// No `From ` line is longer.
const LONGEST: usize = 1_000;
/// An address with blanks in it is at most so many words.
const MOST_WORDS: usize = 6;
/// The domain of our own lines: no mail comes from there (RFC 2606).
const OURS: &str = "poptui.invalid";
/// The word for a mail whose last line has no end.
const OPEN: &str = "open";

const WEEKDAYS: [&[u8]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];
const MONTHS: [&[u8]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];

/// What a `From ` line says.
///
/// Lines that poptui writes name no sender, whom it does not know. In his place stands what an mbox has no other place
/// for that would leave the octets of the mail alone: `From read.flagged@poptui.invalid Tue Nov 24 03:05:17 2026`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FromLine {
    /// When the mail was delivered, in seconds since 1970 UTC.
    pub at: Option<i64>,
    /// What poptui wrote of the mail.
    pub marks: Option<Marks>,
    /// Whether the last line of the mail has no end: the one in the file is not its own.
    pub is_open: bool,
}

impl FromLine {
    /// Reads a line that can begin a mail: `From `, somebody, and a date.
    pub fn read(line: &[u8]) -> Option<Self> {
        if !line.starts_with(b"From ") || line.len() > LONGEST {
            return None;
        }
        let words = line.split(u8::is_ascii_whitespace);
        let words: Vec<&[u8]> = words.filter(|word| !word.is_empty()).skip(1).collect();
        let latest = words.len().min(MOST_WORDS + 1);
        let at = (1..latest).find(|&at| is_date(&words[at..]))?;
        let mut read = Self {
            at: date::seconds(&words[at..].join(&b' ')),
            ..Self::default()
        };
        let local = words[0].strip_suffix(OURS.as_bytes());
        if let Some(local) = local.and_then(|words| words.strip_suffix(b"@")) {
            read.take_ours(local);
        }
        Some(read)
    }

    /// Whether the line is a `From ` line that tells nothing, as some programs write all of theirs.
    pub(super) fn is_bare(line: &[u8]) -> bool {
        line.starts_with(b"From ") && matches!(line[5..].trim_ascii(), b"" | b"-")
    }

    fn take_ours(&mut self, local: &[u8]) {
        let said = |word: &str| local.split(|o| *o == b'.').any(|w| w == word.as_bytes());
        self.is_open = said(OPEN);
        self.marks = Some(Marks {
            read: said("read"),
            flagged: said("flagged"),
            answered: said("answered"),
            deleted: false,
        });
    }

    /// The line that says this, with its end. A time that no calendar has is written as 1970.
    pub fn write(&self) -> String {
        let marks = self.marks.unwrap_or_default();
        let mut words = vec![if marks.read { "read" } else { "unread" }];
        let others = [
            (marks.flagged, "flagged"),
            (marks.answered, "answered"),
            (self.is_open, OPEN),
        ];
        words.extend(others.iter().filter(|(is, _)| *is).map(|(_, word)| *word));
        let at =
            Timestamp::from_second(self.at.unwrap_or_default()).unwrap_or(Timestamp::UNIX_EPOCH);
        let at = at.strftime("%a %b %e %H:%M:%S %Y");
        format!("From {}@{OURS} {at}\n", words.join("."))
    }
}

/// Whether words begin with a date as asctime writes it (with a zone somewhere, if need be), or as in RFC 5322.
fn is_date(words: &[&[u8]]) -> bool {
    let asctime = |words: &[&[u8]]| {
        let [weekday, month, day, time, rest @ ..] = words else {
            return false;
        };
        WEEKDAYS.contains(weekday)
            && MONTHS.contains(month)
            && is_day(day)
            && is_time(time)
            && rest.iter().take(3).any(|word| is_year(word))
    };
    let rfc5322 = |words: &[&[u8]]| {
        let [weekday, day, month, year, time, ..] = words else {
            return false;
        };
        weekday
            .strip_suffix(b",")
            .is_some_and(|day| WEEKDAYS.contains(&day))
            && is_day(day)
            && MONTHS.contains(month)
            && is_year(year)
            && is_time(time)
    };
    asctime(words) || rfc5322(words)
}

fn is_day(word: &[u8]) -> bool {
    matches!(word, [b'1'..=b'9'] | [b'0'..=b'3', b'0'..=b'9'])
}

fn is_year(word: &[u8]) -> bool {
    word.len() == 4 && word.iter().all(u8::is_ascii_digit)
}

/// `14:02` or `14:02:03`
fn is_time(word: &[u8]) -> bool {
    let mut parts = word.split(|octet| *octet == b':');
    let all = parts.all(|part| matches!(part, [a, b] if a.is_ascii_digit() && b.is_ascii_digit()));
    all && matches!(word.len(), 5 | 8)
}

#[cfg(test)]
mod tests {
    use super::{FromLine, Marks};

    #[test]
    fn the_lines_of_real_programs_are_known() {
        for line in [
            "From ada@example.org Mon Nov 23 14:02:03 2026",
            "From ada@example.org  Mon Nov  9 14:02:03 2026\r\n",
            "From - Mon Nov 23 14:02:03 2026",
            "From MAILER-DAEMON Mon Nov 23 14:02 2026",
            "From 1234567890@xxx Tue Oct 24 12:00:00 +0000 2017",
            "From ada@example.org Mon Nov 23 14:02:03 CET 2026",
            "From ada@example.org Mon Nov 23 14:02:03 2026 +0100",
            "From \"Ada L\" <ada@example.org> Mon Nov 23 14:02:03 2026 remote from x",
            "From ada Mon, 23 Nov 2026 14:02:03 +0100",
        ] {
            let read = FromLine::read(line.as_bytes());
            assert!(read.is_some_and(|read| read.at.is_some()), "{line}");
        }
    }

    #[test]
    fn lines_of_prose_are_not() {
        for line in [
            "From here on it is clear.",
            "From Mon Nov 23 14:02:03 2026",
            "From ada@example.org",
            "From ada@example.org Mon Nov 23",
            "From ada@example.org Mon Nov 23 at noon, 2026",
            "From: ada@example.org Mon Nov 23 14:02:03 2026",
            ">From ada@example.org Mon Nov 23 14:02:03 2026",
            " From ada@example.org Mon Nov 23 14:02:03 2026",
            "From the office in Mon Repos on Nov 23 to 14:02:03 in 2026",
            "From ",
            "",
        ] {
            assert_eq!(FromLine::read(line.as_bytes()), None, "{line}");
        }
    }

    #[test]
    fn our_own_line_says_what_it_was_told_to() {
        for bits in 0..16_u8 {
            let is = |bit: u8| bits & bit != 0;
            let marks = Marks {
                read: is(1),
                flagged: is(2),
                answered: is(4),
                deleted: false,
            };
            let line = FromLine {
                at: Some(1_795_438_923),
                marks: Some(marks),
                is_open: is(8),
            };
            assert_eq!(FromLine::read(line.write().as_bytes()), Some(line));
        }
        assert_eq!(
            FromLine::default().write(),
            "From unread@poptui.invalid Thu Jan  1 00:00:00 1970\n"
        );
        let never = FromLine {
            at: Some(i64::MAX),
            ..FromLine::default()
        };
        assert!(FromLine::read(never.write().as_bytes()).is_some());
    }
}
