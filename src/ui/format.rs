//! Numbers, sizes and times as people read them.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};

/// `1,204`
pub(super) fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `84 KB`, `1.4 MB`: thousands, as mail programs do.
#[expect(clippy::cast_precision_loss, reason = "two digits are shown")]
pub(super) fn octets(value: u64) -> String {
    match value {
        0..1_000 => format!("{value} B"),
        1_000..1_000_000 => format!("{} KB", value.div_ceil(1_000)),
        1_000_000..1_000_000_000 => format!("{:.1} MB", value as f64 / 1e6),
        _ => format!("{:.1} GB", value as f64 / 1e9),
    }
}

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

/// `11 s`, `3 min`, `2 h`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rough count of seconds"
)]
pub(super) fn duration(seconds: f64) -> String {
    let seconds = seconds.clamp(0.0, 1e9).ceil() as u64;
    match seconds {
        0..100 => format!("{seconds} s"),
        100..6_000 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h", seconds.div_ceil(3_600)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_sizes_have_units() {
        let numbers: Vec<String> = [0, 999, 1_000, 1_234_567].into_iter().map(number).collect();
        assert_eq!(numbers, ["0", "999", "1,000", "1,234,567"]);
        let sizes: Vec<String> = [0, 999, 83_200, 18_200_000, 4_000_000_000]
            .into_iter()
            .map(octets)
            .collect();
        assert_eq!(sizes, ["0 B", "999 B", "84 KB", "18.2 MB", "4.0 GB"]);
    }

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
    fn time_passed_and_time_left_are_rough() {
        assert_eq!(
            [0, 59_999, 120_000, 7_200_000, 400_000_000].map(ago),
            ["just now", "just now", "2 min ago", "2 h ago", "4 days ago"]
        );
        assert_eq!(
            [0.2, 99.0, 150.0, 9_000.0].map(duration),
            ["1 s", "99 s", "3 min", "3 h"]
        );
    }
}
