//! Dates for the reader: in the reader's zone, with how long ago that was.

use jiff::Timestamp;
use jiff::tz::TimeZone;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// `Mon 23 Nov 2026, 14:02 (21 minutes ago)`; `None` beyond the calendar.
pub(super) fn written(seconds: i64, now: i64, zone: &TimeZone) -> Option<String> {
    let local = Timestamp::from_second(seconds)
        .ok()?
        .to_zoned_datetime(zone.clone());
    Some(format!(
        "{} ({})",
        local.strftime("%a %-d %b %Y, %H:%M"),
        ago(now.saturating_sub(seconds))
    ))
}

fn ago(seconds: i64) -> String {
    // Clocks differ by minutes; a mail from tomorrow is worth a word.
    if seconds < -10 * MINUTE {
        return "in the future".to_owned();
    }
    let (count, unit) = match seconds {
        ..MINUTE => return "just now".to_owned(),
        MINUTE..HOUR => (seconds / MINUTE, "minute"),
        HOUR..DAY => (seconds / HOUR, "hour"),
        _ if seconds < 60 * DAY => (seconds / DAY, "day"),
        _ if seconds < 730 * DAY => (seconds / (30 * DAY), "month"),
        _ => (seconds / (365 * DAY), "year"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural} ago")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_told_in_the_readers_zone() {
        let zone = TimeZone::fixed(jiff::tz::offset(1));
        let text = written(1_795_438_923, 1_795_438_923 + 21 * MINUTE, &zone);
        assert_eq!(
            text.as_deref(),
            Some("Mon 23 Nov 2026, 14:02 (21 minutes ago)")
        );
    }

    #[test]
    fn distances_are_told_in_one_unit() {
        for (seconds, text) in [
            (5, "just now"),
            (-5 * MINUTE, "just now"),
            (-DAY, "in the future"),
            (MINUTE, "1 minute ago"),
            (3 * HOUR + 5, "3 hours ago"),
            (59 * DAY, "59 days ago"),
            (100 * DAY, "3 months ago"),
            (800 * DAY, "2 years ago"),
        ] {
            assert_eq!(ago(seconds), text);
        }
    }
}
