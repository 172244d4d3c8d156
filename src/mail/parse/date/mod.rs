//! `Date` as people and programs have written it: RFC 5322, its obsolete forms, asctime and worse.

mod names;
#[cfg(test)]
mod tests;

use jiff::civil;

use crate::mail::parse::charset;
use names::{is_weekday, month, zone};

/// Years a mail can believably be from: below lies the clock that was never set.
const YEARS: std::ops::RangeInclusive<i16> = 1970..=2100;
/// Longer values are no dates.
const MAX_LENGTH: usize = 512;
/// What joins the numbers of a date.
const JOINTS: [char; 3] = ['-', '/', '.'];

/// Seconds since 1970 UTC, or `None` where the value is no believable date. A date without a zone,
/// or with one that cannot be, is read as UTC.
pub(in crate::mail) fn seconds(value: &[u8]) -> Option<i64> {
    let value = &value[..value.len().min(MAX_LENGTH)];
    let value = without_comments(&charset::raw(value, None));
    let mut parts = Parts::default();
    for word in value
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '"' | '<' | '>'))
        .filter(|w| !w.is_empty())
    {
        parts.take(word);
    }
    parts.seconds()
}

/// The date behind the last semicolon of a `Received` field (RFC 5321, section 4.4).
pub(in crate::mail) fn of_received(value: &[u8]) -> Option<i64> {
    let at = value.iter().rposition(|octet| *octet == b';')?;
    seconds(&value[at + 1..])
}

/// What the words of a date have told so far.
#[derive(Default)]
struct Parts {
    day: Option<i8>,
    month: Option<i8>,
    year: Option<i16>,
    time: Option<civil::Time>,
    /// Days that the time of day adds.
    days: i64,
    zone: Option<i64>,
    /// Whether the month may be a weekday.
    may_be_weekday: bool,
    /// Noon, where hours are counted from it or up to it.
    half: Option<Half>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Am,
    Pm,
}

impl Parts {
    fn take(&mut self, word: &str) {
        let is_number = word.bytes().all(|octet| octet.is_ascii_digit());
        if self.time.is_none() && is_clock(word, self.year.is_some()) {
            self.take_time(word);
        } else if self.time.is_some() && word.starts_with(['+', '-', '\u{2212}']) {
            self.zone = self.zone.or_else(|| offset(word));
        } else if let Some(half) = half(word) {
            self.half = Some(half);
        } else if let Some(number) = month(word) {
            self.take_month(number, word);
        } else if is_number {
            self.take_number(word);
        } else if let Some(number) = ordinal(word) {
            self.take_number(number);
        } else if self.time.is_some() && self.zone.is_none() && zone(word).is_some() {
            self.zone = zone(word);
        } else if self.time.is_some() && word.contains(['+', '-']) {
            // `GMT+0100`
            let at = word.find(['+', '-']).unwrap_or(0);
            self.zone = self.zone.or_else(|| offset(&word[at..]));
        } else if word.contains(JOINTS) || word.contains('年') || word.contains('月') {
            self.take_joined(word);
        }
    }

    /// `12:34`, `12:34:56`, `12.34.56`, `12:34:56.7`, `2026-01-31T12:34:56Z`, `12:34:56+0100`, `2:02pm`.
    fn take_time(&mut self, word: &str) {
        let (date, time) = word
            .split_once('T')
            .map_or(("", word), |(date, time)| (date, time));
        self.take_joined(date);
        let end = time.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.'));
        let (clock, behind) = time.split_at(end.unwrap_or(time.len()));
        let mut numbers = clock.split([':', '.']).map(str::parse::<i8>);
        let (Some(Ok(hour)), Some(Ok(minute))) = (numbers.next(), numbers.next()) else {
            return;
        };
        let second = numbers.next().and_then(Result::ok).unwrap_or(0);
        // Hour 24 is the first one of the next day; a leap second is the last one of its minute here.
        self.days = i64::from(hour == 24 && minute == 0);
        let hour = if self.days == 1 { 0 } else { hour };
        self.time = civil::Time::new(hour, minute, second.min(59), 0).ok();
        self.half = half(behind);
        self.zone = self
            .zone
            .or_else(|| offset(behind))
            .or_else(|| zone(behind));
    }

    /// `31-Jan-2026`, `2026-01-31`, `31/01/2026`, `31.1.2026`, `2026年1月31日`.
    fn take_joined(&mut self, word: &str) {
        let pieces: Vec<&str> = word
            .split(|c: char| JOINTS.contains(&c) || matches!(c, '年' | '月' | '日'))
            .filter(|piece| !piece.is_empty())
            .collect();
        let slashes = word.contains('/');
        if let [month, day, year] = pieces.as_slice()
            && day
                .parse::<u8>()
                .is_ok_and(|day| day > 12 || (slashes && self.day.is_none()))
            && month.parse::<u8>().is_ok_and(|month| month <= 12)
        {
            // Written with slashes, the month comes first more often than not.
            for piece in [day, month, year] {
                self.take_number(piece);
            }
            return;
        }
        for piece in pieces {
            match month(piece) {
                Some(number) => self.take_month(number, piece),
                None if piece.bytes().all(|octet| octet.is_ascii_digit()) => {
                    self.take_number(piece);
                }
                None => {}
            }
        }
    }

    /// A weekday may be spelled like a month (`mar, 23 nov`): then it comes first, and a month behind it.
    fn take_month(&mut self, number: i8, word: &str) {
        if self.month.is_none() || self.may_be_weekday {
            let comes_first = self.day.is_none() && self.year.is_none();
            self.may_be_weekday = self.month.is_none() && comes_first && is_weekday(word);
            self.month = Some(number);
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
        } else if self.year.is_none() && (digits.len() <= 2 || self.time.is_none()) {
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
        let noon = match self.half {
            Some(Half::Pm) if time.hour() < 12 => 12 * 3600,
            Some(Half::Am) if time.hour() == 12 => -12 * 3600,
            _ => 0,
        };
        let utc = jiff::tz::TimeZone::UTC
            .to_timestamp(date.to_datetime(time))
            .ok()?;
        Some(utc.as_second() + self.days * 86_400 + noon - self.zone.unwrap_or(0))
    }
}

/// A time of day has a colon; behind the year, dots will do.
fn is_clock(word: &str, has_year: bool) -> bool {
    let dotted =
        has_year && word.contains('.') && word.bytes().all(|o| o.is_ascii_digit() || o == b'.');
    word.contains(':') || dotted
}

/// `am`, `p.m.`
fn half(word: &str) -> Option<Half> {
    let letters = word.to_ascii_lowercase().replace('.', "");
    match letters.as_str() {
        "am" => Some(Half::Am),
        "pm" => Some(Half::Pm),
        _ => None,
    }
}

/// `23rd`
fn ordinal(word: &str) -> Option<&str> {
    let ends = ["st", "nd", "rd", "th", ".", "º", "日"];
    let digits = ends.iter().find_map(|end| word.strip_suffix(end))?;
    let is_number = !digits.is_empty() && digits.bytes().all(|octet| octet.is_ascii_digit());
    is_number.then_some(digits)
}

/// Seconds east of UTC by `+hhmm`, `-hh:mm`; nonsense such as `+-0500` is no offset.
fn offset(word: &str) -> Option<i64> {
    let (sign, digits) = match word.strip_prefix('+') {
        Some(digits) => (1, digits),
        None => (-1, word.strip_prefix(['-', '\u{2212}'])?),
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
    (hours < 24).then_some(sign * (hours * 3600 + minutes * 60))
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
