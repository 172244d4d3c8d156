//! Dates and times that have passed, as people read them.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};

/// When a mail was written, in at most 7 cells: `14:02`, `Sun`, `15 Nov`, `Nov ’19`. Both in seconds since 1970 UTC.
pub(super) fn when(date: i64, now: i64, zone: &TimeZone) -> String {
    let Ok(date) = Timestamp::from_second(date) else {
        return "?".to_owned();
    };
    let date = date.to_zoned_datetime(zone.clone());
    let now = Timestamp::from_second(now)
        .unwrap_or_default()
        .to_zoned_datetime(zone.clone());
    let days = now
        .date()
        .since((Unit::Day, date.date()))
        .map_or(i32::MAX, |span| span.get_days());
    let form = match days {
        0 => "%H:%M",
        1..=6 => "%a",
        _ if date.year() == now.year() => "%d %b",
        _ => "%b ’%y",
    };
    date.strftime(form).to_string()
}

/// `just now`, `2 min ago`, `3 h ago`, `2 days ago`, from milliseconds.
pub(super) fn ago(passed: i64) -> String {
    let minutes = passed / 60_000;
    match minutes {
        i64::MIN..1 => "just now".to_owned(),
        1..60 => format!("{minutes} min ago"),
        60..2_880 => format!("{} h ago", minutes / 60),
        _ => format!("{} days ago", minutes / 1_440),
    }
}

/// `in a moment`, `in 1 min`, `in 4 min`, `in 2 h`, `in 3 days`, from milliseconds; to the nearest minute.
pub(super) fn until(left: i64) -> String {
    let minutes = (left + 30_000) / 60_000;
    match minutes {
        i64::MIN..=0 => "in a moment".to_owned(),
        1..100 => format!("in {minutes} min"),
        100..2_881 => format!("in {} h", (minutes + 59) / 60),
        _ => format!("in {} days", (minutes + 1_439) / 1_440),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_as_short_as_its_distance_allows() {
        let now: Timestamp = "2026-11-23T14:23:00Z".parse().unwrap();
        let at = |text: &str| {
            when(
                text.parse::<Timestamp>().unwrap().as_second(),
                now.as_second(),
                &TimeZone::UTC,
            )
        };
        assert_eq!(at("2026-11-23T14:02:00Z"), "14:02");
        assert_eq!(at("2026-11-22T23:59:00Z"), "Sun");
        assert_eq!(at("2026-11-17T00:00:00Z"), "Tue");
        assert_eq!(at("2026-11-16T23:59:00Z"), "16 Nov");
        assert_eq!(at("2019-11-16T23:59:00Z"), "Nov ’19");
        assert_eq!(
            at("2026-11-24T09:00:00Z"),
            "24 Nov",
            "a date in the future is not a weekday of last week"
        );
    }

    #[test]
    fn time_passed_is_rough() {
        assert_eq!(
            [0, 59_999, 120_000, 7_200_000, 400_000_000].map(ago),
            ["just now", "just now", "2 min ago", "2 h ago", "4 days ago"]
        );
    }

    #[test]
    fn time_to_come_is_rough() {
        assert_eq!(
            [-5, 60_000, 329_000, 5_400_000, 6_000_001, 200_000_000].map(until),
            [
                "in a moment",
                "in 1 min",
                "in 5 min",
                "in 90 min",
                "in 2 h",
                "in 3 days"
            ]
        );
    }
}
