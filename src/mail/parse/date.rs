//! `Date` as people and programs have written it: RFC 5322, its obsolete forms, asctime and worse.

use jiff::civil;

/// Years a mail can believably be from: below lies the clock that was never set.
const YEARS: std::ops::RangeInclusive<i16> = 1970..=2100;
/// Longer values are no dates.
const MAX_LENGTH: usize = 512;

/// Seconds since 1970 UTC, or `None` where the value is no believable date. A date without a zone,
/// or with one that cannot be, is read as UTC.
pub(in crate::mail) fn seconds(value: &[u8]) -> Option<i64> {
    let value = &value[..value.len().min(MAX_LENGTH)];
    let value = without_comments(&String::from_utf8_lossy(value));
    let mut parts = Parts::default();
    for word in value
        .split(|c: char| c.is_whitespace() || c == ',')
        .filter(|w| !w.is_empty())
    {
        parts.take(word);
    }
    parts.seconds()
}

/// What the words of a date have told so far.
#[derive(Default)]
struct Parts {
    day: Option<i8>,
    month: Option<i8>,
    year: Option<i16>,
    time: Option<civil::Time>,
    zone: Option<i64>,
}

impl Parts {
    fn take(&mut self, word: &str) {
        if self.time.is_none() && word.contains(':') {
            self.take_time(word);
        } else if self.time.is_some() && word.starts_with(['+', '-']) {
            self.zone = self.zone.or_else(|| offset(word));
        } else if let Some(month) = month(word) {
            self.month = self.month.or(Some(month));
        } else if word.bytes().all(|octet| octet.is_ascii_digit()) {
            self.take_number(word);
        } else if word.contains(['-', '/']) {
            self.take_joined(word);
        } else if self.time.is_some() {
            self.zone = self.zone.or_else(|| named_zone(word));
        }
    }

    /// `12:34`, `12:34:56`, `12:34:56.7`, `2026-01-31T12:34:56Z`, `12:34:56+0100`.
    fn take_time(&mut self, word: &str) {
        let (date, time) = word
            .split_once('T')
            .map_or(("", word), |(date, time)| (date, time));
        self.take_joined(date);
        let end = time.find(['+', '-', 'Z']).unwrap_or(time.len());
        let (clock, zone) = time.split_at(end);
        let mut numbers = clock
            .split(':')
            .map(|n| n.split('.').next().unwrap_or(n).parse::<i8>());
        let (Some(Ok(hour)), Some(Ok(minute))) = (numbers.next(), numbers.next()) else {
            return;
        };
        let second = numbers.next().and_then(Result::ok).unwrap_or(0);
        // A leap second is the last one of its minute here.
        self.time = civil::Time::new(hour, minute, second.min(59), 0).ok();
        self.zone = self.zone.or_else(|| offset(zone));
    }

    /// `31-Jan-2026`, `2026-01-31`, `31/01/2026`.
    fn take_joined(&mut self, word: &str) {
        for part in word.split(['-', '/']).filter(|part| !part.is_empty()) {
            match month(part) {
                Some(month) => self.month = self.month.or(Some(month)),
                None if part.bytes().all(|octet| octet.is_ascii_digit()) => self.take_number(part),
                None => {}
            }
        }
    }

    fn take_number(&mut self, digits: &str) {
        let Ok(number) = digits.parse::<i16>() else {
            return;
        };
        let year_first = self.year.is_some();
        if number >= 100 && self.year.is_none() {
            // Three digits: programs that wrote the year as "since 1900".
            self.year = Some(if number < 1_000 {
                number + 1900
            } else {
                number
            });
        } else if year_first && self.month.is_none() && self.time.is_none() {
            self.month = i8::try_from(number).ok();
        } else if self.day.is_none() {
            self.day = i8::try_from(number).ok();
        } else if self.month.is_none() && (1..=12).contains(&number) {
            self.month = i8::try_from(number).ok();
        } else if self.year.is_none() && digits.len() <= 2 {
            // RFC 5322, section 4.3.
            self.year = Some(if number < 50 {
                number + 2000
            } else {
                number + 1900
            });
        }
    }

    fn seconds(self) -> Option<i64> {
        let year = self.year.filter(|year| YEARS.contains(year))?;
        let date = civil::Date::new(year, self.month?, self.day?).ok()?;
        let time = self.time.unwrap_or(civil::Time::midnight());
        let utc = jiff::tz::TimeZone::UTC
            .to_timestamp(date.to_datetime(time))
            .ok()?;
        Some(utc.as_second() - self.zone.unwrap_or(0))
    }
}

fn month(word: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let start = word.get(..3)?.to_ascii_lowercase();
    if !word
        .trim_end_matches('.')
        .bytes()
        .all(|octet| octet.is_ascii_alphabetic())
    {
        return None;
    }
    let index = MONTHS.iter().position(|month| *month == start)?;
    i8::try_from(index + 1).ok()
}

/// Seconds east of UTC by `+hhmm`, `-hh:mm`; nonsense such as `+-0500` is no offset.
fn offset(word: &str) -> Option<i64> {
    let (sign, digits) = match word.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let digits = digits.replace(':', "");
    if !digits.bytes().all(|octet| octet.is_ascii_digit()) || !(1..=4).contains(&digits.len()) {
        return None;
    }
    let number: i64 = digits.parse().ok()?;
    let (hours, minutes) = if digits.len() <= 2 {
        (number, 0)
    } else {
        (number / 100, number % 100)
    };
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// The zones that RFC 5322, section 4.3, gives a meaning, in hours east of UTC. Others mean UTC.
fn named_zone(word: &str) -> Option<i64> {
    let hours = match word.to_ascii_uppercase().as_str() {
        "UT" | "UTC" | "GMT" | "Z" => 0,
        "EDT" => -4,
        "EST" | "CDT" => -5,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" => -8,
        _ => return None,
    };
    Some(hours * 3600)
}

/// Comments (RFC 5322, section 3.2.2) nest; counting does not need a stack.
fn without_comments(value: &str) -> String {
    let mut depth = 0_usize;
    value
        .chars()
        .filter(|c| match c {
            '(' => {
                depth += 1;
                false
            }
            ')' => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => depth == 0,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(value: &str) -> Option<String> {
        let seconds = seconds(value.as_bytes())?;
        Some(jiff::Timestamp::from_second(seconds).unwrap().to_string())
    }

    #[test]
    fn dates_are_read_as_the_rfc_writes_them() {
        for (written, meant) in [
            (
                " Mon, 23 Nov 2026 14:02:03 +0100\r\n",
                "2026-11-23T13:02:03Z",
            ),
            ("23 Nov 2026 14:02 -0330", "2026-11-23T17:32:00Z"),
            (
                "Mon, 23 Nov 2026 14:02:03 +0100 (CET (winter))",
                "2026-11-23T13:02:03Z",
            ),
            ("Mon,23 Nov 2026 14:02:60 GMT", "2026-11-23T14:02:59Z"),
            ("Fri, 21 Nov 97 09:55:06 -0600", "1997-11-21T15:55:06Z"),
            ("21 Nov 05 09:55:06 EST", "2005-11-21T14:55:06Z"),
        ] {
            assert_eq!(utc(written).as_deref(), Some(meant), "{written}");
        }
    }

    #[test]
    fn dates_are_read_as_programs_have_written_them() {
        for (written, meant) in [
            ("Thu Dec 19 02:40:04 2002", "2002-12-19T02:40:04Z"),
            ("Mon, 23 Nov 2026 14:02:03", "2026-11-23T14:02:03Z"),
            ("Mon, 23 Nov 2026 14:02:03 UT", "2026-11-23T14:02:03Z"),
            ("Mon, 23 Nov 2026 14:02:03 +-0500", "2026-11-23T14:02:03Z"),
            ("Mon, 23 Nov 2026 14:02:03 +9999", "2026-11-23T14:02:03Z"),
            ("Monday, 23-Nov-26 14:02:03 GMT", "2026-11-23T14:02:03Z"),
            ("2026-11-23T14:02:03+01:00", "2026-11-23T13:02:03Z"),
            ("2026-11-23 14:02:03 +0100", "2026-11-23T13:02:03Z"),
            (
                "Tue, 029 Apr 2019 23:34:45 -0800 (PST)",
                "2019-04-30T07:34:45Z",
            ),
            ("Wed, 1 Jan 103 00:00:00 +0000", "2003-01-01T00:00:00Z"),
        ] {
            assert_eq!(utc(written).as_deref(), Some(meant), "{written}");
        }
    }

    #[test]
    fn what_cannot_be_believed_is_no_date() {
        for written in [
            "",
            "yesterday",
            "Mon, 31 Feb 2026 14:02:03 +0000",
            "1 Jan 1904 00:00:00 +0000",
            "1 Jan 9999 00:00:00 +0000",
            "99 99 99 99:99:99",
        ] {
            assert_eq!(utc(written), None, "{written}");
        }
        assert_eq!(seconds(&b"(".repeat(1_000_000)), None);
    }
}
