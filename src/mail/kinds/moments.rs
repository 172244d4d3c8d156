//! Times of a calendar: moments where the zone is known, words where it is not.

use std::str::FromStr;

use calcard::common::PartialDateTime;
use calcard::common::timezone::Tz;
use calcard::icalendar::timezone::TzResolver;
use calcard::icalendar::{ICalendarComponent, ICalendarEntry, ICalendarProperty, ICalendarValue};
use jiff::civil::{Date, DateTime};

use crate::mail::kinds::facts::Said;

/// The zones that a calendar brings along or names.
pub(super) type Zones<'c> = TzResolver<&'c str>;

/// When an event is, in words or as moments.
pub(super) fn when(event: &ICalendarComponent, zones: &Zones<'_>) -> Vec<Said> {
    let start = event.property(&ICalendarProperty::Dtstart);
    let Some(start) = start.and_then(|entry| Time::of(entry, zones)) else {
        return Vec::new();
    };
    let ends = [ICalendarProperty::Dtend, ICalendarProperty::Due];
    let end = ends
        .iter()
        .find_map(|name| Time::of(event.property(name)?, zones));
    match (start, end.or_else(|| start.plus(duration(event)?))) {
        (Time::At(start), Some(Time::At(end))) if end > start => vec![Said::Span(start, end)],
        (Time::At(start), _) => vec![Said::Time(start)],
        (Time::Day(first), Some(Time::Day(end))) => days(first, end.yesterday().unwrap_or(end)),
        (Time::Day(day), _) => days(day, day),
        (Time::Local(start), Some(Time::Local(end))) => local(event, start, Some(end)),
        (Time::Local(start), _) => local(event, start, None),
    }
}

/// One time, for rows that need no end.
pub(super) fn moment(entry: &ICalendarEntry, zones: &Zones<'_>) -> Option<Said> {
    Some(match Time::of(entry, zones)? {
        Time::At(at) => Said::Time(at),
        Time::Day(day) => Said::Text(written(day)),
        Time::Local(time) => Said::Text(time.strftime("%A %-d %B %Y, %H:%M").to_string()),
    })
}

/// The day of a date, wherever it is.
pub(super) fn day(time: &PartialDateTime) -> Option<String> {
    let day = i16::try_from(time.year?).ok()?;
    let date = Date::new(
        day,
        time.month?.try_into().ok()?,
        time.day?.try_into().ok()?,
    );
    date.ok().map(|date| date.strftime("%-d %B %Y").to_string())
}

/// A time as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Time {
    /// A moment in seconds since 1970 UTC.
    At(i64),
    /// A whole day, wherever one is.
    Day(Date),
    /// By the clock of a place that is not known.
    Local(DateTime),
}

impl Time {
    fn of(entry: &ICalendarEntry, zones: &Zones<'_>) -> Option<Self> {
        let ICalendarValue::PartialDateTime(time) = entry.values.first()? else {
            return None;
        };
        let year = i16::try_from(time.year?).ok()?;
        let date = Date::new(
            year,
            time.month?.try_into().ok()?,
            time.day?.try_into().ok()?,
        )
        .ok()?;
        let Some(hour) = time.hour else {
            return Some(Self::Day(date));
        };
        let zone = match entry.tz_id() {
            Some(name) => zones.resolve(name).or_else(|| Tz::from_str(name).ok()),
            None if time.tz_hour.is_some() => Some(Tz::UTC),
            None => None,
        };
        let local = || {
            let minute = time.minute.unwrap_or(0).try_into().ok()?;
            Some(Self::Local(date.at(hour.try_into().ok()?, minute, 0, 0)))
        };
        match zone {
            Some(zone) if !zone.is_floating() => at(time, zone).map(Self::At),
            _ => (hour < 24 && time.minute.unwrap_or(0) < 60)
                .then(local)
                .flatten(),
        }
    }

    fn plus(self, seconds: i64) -> Option<Self> {
        match self {
            Self::At(at) => Some(Self::At(at.checked_add(seconds)?)),
            Self::Local(time) => {
                let later = jiff::SignedDuration::from_secs(seconds);
                time.checked_add(later).ok().map(Self::Local)
            }
            Self::Day(day) => {
                let later = jiff::SignedDuration::from_secs(seconds);
                day.checked_add(later).ok().map(Self::Day)
            }
        }
    }
}

/// An hour that the clocks pass twice or never is read from the hour behind it.
fn at(time: &PartialDateTime, zone: Tz) -> Option<i64> {
    if let Some(found) = time.to_date_time_with_tz(zone) {
        return Some(found.timestamp());
    }
    let mut later = time.clone();
    later.hour = Some(time.hour?.checked_add(1)?);
    Some(later.to_date_time_with_tz(zone)?.timestamp() - 3_600)
}

fn duration(event: &ICalendarComponent) -> Option<i64> {
    let entry = event.property(&ICalendarProperty::Duration)?;
    match entry.values.first()? {
        ICalendarValue::Duration(duration) => Some(duration.as_seconds()),
        _ => None,
    }
}

fn days(first: Date, last: Date) -> Vec<Said> {
    let words = if last > first {
        format!("{} – {}", written(first), written(last))
    } else {
        written(first)
    };
    vec![Said::Text(format!("{words}, all day"))]
}

fn written(day: Date) -> String {
    day.strftime("%A %-d %B %Y").to_string()
}

fn local(event: &ICalendarComponent, start: DateTime, end: Option<DateTime>) -> Vec<Said> {
    let zone = event
        .property(&ICalendarProperty::Dtstart)
        .and_then(ICalendarEntry::tz_id);
    let zone = zone.map_or("local time there".to_owned(), |zone| {
        format!("in the zone {zone:?}, which is not known here")
    });
    let is_same_day = end.is_some_and(|end| end.date() == start.date());
    let form = if is_same_day {
        "–%H:%M"
    } else {
        " – %A %-d %B %Y, %H:%M"
    };
    let end = end.map(|end| end.strftime(form).to_string());
    let start = start.strftime("%A %-d %B %Y, %H:%M");
    vec![Said::Text(format!(
        "{start}{}, {zone}",
        end.unwrap_or_default()
    ))]
}
