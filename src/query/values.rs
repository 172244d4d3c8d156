//! Reads the values behind keys: days, ages and sizes as people write them.

use jiff::civil::Date;
use jiff::{Span, ZonedDateTime};

use super::{Dates, Test};

/// `before:`, `on:`, `after:` with `2026-01-31`, `2026-01`, `2026`, `today` or `yesterday`: each mail is before that time,
/// in it or after it.
pub(super) fn day(key: &str, value: &str, now: &ZonedDateTime) -> Option<Test> {
    let (first, last, told) = days(value, now)?;
    let starts = |day: Date| {
        let midnight = day.to_zoned_datetime(now.time_zone().clone()).ok()?;
        Some(midnight.timestamp().as_second())
    };
    let (from, until) = match key {
        "before" => (None, Some(starts(first)?)),
        "after" => (Some(starts(last.tomorrow().ok()?)?), None),
        _ => (Some(starts(first)?), Some(starts(last.tomorrow().ok()?)?)),
    };
    Some(Test::Dated(Dates {
        from,
        until,
        told: format!("{key} {told}"),
    }))
}

/// The first and the last day that are meant, and the time in words.
fn days(value: &str, now: &ZonedDateTime) -> Option<(Date, Date, String)> {
    let one = |day: Date| (day, day, day.to_string());
    match value.to_ascii_lowercase().as_str() {
        "today" => return Some(one(now.date())),
        "yesterday" => return now.date().yesterday().ok().map(one),
        _ => {}
    }
    let mut numbers = value.splitn(3, ['-', '/']);
    let year = numbers.next().filter(|year| year.len() == 4)?;
    let year: i16 = digits(year)?;
    let (month, day) = (numbers.next(), numbers.next());
    let Some(month) = month else {
        let last = Date::new(year, 12, 31).ok()?;
        return Some((Date::new(year, 1, 1).ok()?, last, format!("{year:04}")));
    };
    let month: i8 = digits(month)?;
    if let Some(day) = day {
        return Date::new(year, month, digits(day)?).ok().map(one);
    }
    let first = Date::new(year, month, 1).ok()?;
    Some((
        first,
        first.last_of_month(),
        format!("{year:04}-{month:02}"),
    ))
}

/// A number of nothing but digits.
fn digits<N: std::str::FromStr>(text: &str) -> Option<N> {
    let all = !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_digit());
    all.then(|| text.parse().ok())?
}

/// `newer:`, `older:` with `12h`, `7d`, `2w`, `6m` or `1y`.
pub(super) fn age(key: &str, value: &str, now: &ZonedDateTime) -> Option<Test> {
    let (count, unit) = number_and_unit(value)?;
    let count = i64::from(digits::<u32>(count)?);
    let (unit, span) = match unit.as_str() {
        "h" | "hour" | "hours" => ("hour", Span::new().try_hours(count)),
        "d" | "day" | "days" => ("day", Span::new().try_days(count)),
        "w" | "week" | "weeks" => ("week", Span::new().try_weeks(count)),
        "m" | "month" | "months" => ("month", Span::new().try_months(count)),
        "y" | "year" | "years" => ("year", Span::new().try_years(count)),
        _ => return None,
    };
    let then = now.checked_sub(span.ok()?).ok()?.timestamp().as_second();
    let (from, until) = match key {
        "newer" => (Some(then), None),
        _ => (None, Some(then)),
    };
    let s = if count == 1 { "" } else { "s" };
    Some(Test::Dated(Dates {
        from,
        until,
        told: format!("{key} than {count} {unit}{s}"),
    }))
}

/// Octets, from `5M`, `1.5 MiB` without its blank, `300k` or `1000`.
pub(super) fn size(value: &str) -> Option<u64> {
    let (number, unit) = number_and_unit(value)?;
    let shift = match unit.as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        _ => return None,
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let whole = digits::<u32>(whole)?;
    let tenths = digits::<u32>(part).filter(|_| part.len() == 1)?;
    Some((u64::from(whole) << shift) + (u64::from(tenths) << shift) / 10)
}

fn number_and_unit(value: &str) -> Option<(&str, String)> {
    let end = value.find(|c: char| !c.is_ascii_digit() && c != '.');
    let (number, unit) = value.split_at(end.unwrap_or(value.len()));
    (!number.is_empty()).then(|| (number, unit.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::{age, day, size};
    use crate::query::Test;
    use jiff::ZonedDateTime;
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    /// Noon in Berlin, on the day after its clocks went back.
    fn now() -> ZonedDateTime {
        let zone = TimeZone::get("Europe/Berlin").expect("is known");
        let noon = date(2026, 10, 26).at(12, 0, 0, 0);
        noon.to_zoned_datetime(zone).expect("is a time")
    }

    fn told(test: Option<Test>) -> String {
        match test {
            Some(Test::Dated(dates)) => {
                let at = |second: Option<i64>| {
                    let second = second.map(jiff::Timestamp::from_second);
                    second.map_or(String::new(), |at| at.expect("is a time").to_string())
                };
                format!("{}..{} {}", at(dates.from), at(dates.until), dates.told)
            }
            _ => "no".to_owned(),
        }
    }

    #[test]
    fn days_begin_at_the_local_midnight() {
        for (key, value, understood) in [
            (
                "before",
                "2026-01-31",
                "..2026-01-30T23:00:00Z before 2026-01-31",
            ),
            (
                "after",
                "2026-01-31",
                "2026-01-31T23:00:00Z.. after 2026-01-31",
            ),
            (
                "on",
                "2026/07/04",
                "2026-07-03T22:00:00Z..2026-07-04T22:00:00Z on 2026-07-04",
            ),
            // The day has 25 hours.
            (
                "on",
                "yesterday",
                "2026-10-24T22:00:00Z..2026-10-25T23:00:00Z on 2026-10-25",
            ),
            (
                "on",
                "2026-02",
                "2026-01-31T23:00:00Z..2026-02-28T23:00:00Z on 2026-02",
            ),
            ("after", "2025", "2025-12-31T23:00:00Z.. after 2025"),
            ("before", "2026-02-30", "no"),
            ("before", "26-02-03", "no"),
            ("before", "2026-+1-03", "no"),
            ("before", "2026-01-01-01", "no"),
            ("after", "9999", "no"),
        ] {
            assert_eq!(told(day(key, value, &now())), understood, "{key}:{value}");
        }
    }

    #[test]
    fn ages_count_from_now() {
        for (key, value, understood) in [
            ("newer", "12h", "2026-10-25T23:00:00Z.. newer than 12 hours"),
            ("newer", "7D", "2026-10-19T10:00:00Z.. newer than 7 days"),
            ("older", "1y", "..2025-10-26T11:00:00Z older than 1 year"),
            ("older", "2w", "..2026-10-12T10:00:00Z older than 2 weeks"),
            (
                "older",
                "6months",
                "..2026-04-26T10:00:00Z older than 6 months",
            ),
            ("older", "99999y", "no"),
            ("older", "7", "no"),
            ("older", "d", "no"),
            ("older", "1.5d", "no"),
            ("older", "99999999999999d", "no"),
        ] {
            assert_eq!(told(age(key, value, &now())), understood, "{key}:{value}");
        }
    }

    #[test]
    fn sizes_are_written_as_people_write_them() {
        for (value, octets) in [
            ("1000", Some(1_000)),
            ("300k", Some(300 << 10)),
            ("5M", Some(5 << 20)),
            ("1.5MiB", Some(3 << 19)),
            ("4294967295g", Some(4_294_967_295 << 30)),
            ("4294967296", None),
            ("1.55M", None),
            ("-1", None),
            ("M", None),
            ("1.M", None),
            ("5X", None),
        ] {
            assert_eq!(size(value), octets, "{value}");
        }
    }
}
