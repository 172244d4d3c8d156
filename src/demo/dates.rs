//! Turns the date marks in the sample mail into dates near now, so that the list looks alive whenever it is opened.

use jiff::{Span, ZonedDateTime};

/// Replaces every mark in `template`; whatever is no mark stays as it is.
///
/// A mark is `@`, a distance from now (`-2h`, `-15m`, `+3d`), maybe a blank and a time of that day (`09:40`), maybe a
/// bar and a strftime format, and `@`. Without a format it becomes a date as RFC 5322 writes it:
/// `@-2h@`, `@-3d 09:40@`, `@+2d|%A %-d %B@`.
pub(super) fn fill(template: &[u8], now: &ZonedDateTime) -> Vec<u8> {
    let mut filled = Vec::with_capacity(template.len() + 256);
    let mut rest = template;
    while let Some(start) = rest.iter().position(|&octet| octet == b'@') {
        let (before, from_mark) = rest.split_at(start);
        filled.extend_from_slice(before);
        let Some((text, length)) = mark(from_mark, now) else {
            filled.push(b'@');
            rest = &from_mark[1..];
            continue;
        };
        filled.extend_from_slice(text.as_bytes());
        rest = &from_mark[length..];
    }
    filled.extend_from_slice(rest);
    filled
}

/// The mark at the start of `octets`: what it becomes, and its length.
fn mark(octets: &[u8], now: &ZonedDateTime) -> Option<(String, usize)> {
    const LONGEST: usize = 64;
    let inside = octets.get(1..)?;
    let length = inside
        .iter()
        .take(LONGEST)
        .position(|&octet| octet == b'@')?;
    let inside = std::str::from_utf8(&inside[..length]).ok()?;
    let (moment, format) = match inside.split_once('|') {
        Some((moment, format)) => (moment, Some(format)),
        None => (inside, None),
    };
    let (distance, clock) = match moment.split_once(' ') {
        Some((distance, clock)) => (distance, Some(clock)),
        None => (moment, None),
    };
    let mut when = now.checked_add(span(distance)?).ok()?;
    if let Some(clock) = clock {
        let (hour, minute) = clock.split_once(':')?;
        let time = jiff::civil::Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()?;
        when = when.with().time(time).build().ok()?;
    }
    let text = match format {
        Some(format) => jiff::fmt::strtime::format(format, &when).ok()?,
        None => jiff::fmt::rfc2822::to_string(&when).ok()?,
    };
    Some((text, length + 2))
}

/// `-2h`, `+15m`, `-3d`.
fn span(distance: &str) -> Option<Span> {
    if !distance.starts_with(['-', '+']) {
        return None;
    }
    let unit = distance.chars().next_back()?;
    let number: i64 = distance.strip_suffix(unit)?.parse().ok()?;
    match unit {
        'm' => Span::new().try_minutes(number).ok(),
        'h' => Span::new().try_hours(number).ok(),
        'd' => Span::new().try_days(number).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(template: &str) -> String {
        let now = "2026-11-23T14:02:00+00:00[UTC]".parse().unwrap();
        String::from_utf8(fill(template.as_bytes(), &now)).unwrap()
    }

    #[test]
    fn a_distance_becomes_a_date_header() {
        assert_eq!(
            filled("Date: @-2h@\n"),
            "Date: Mon, 23 Nov 2026 12:02:00 +0000\n"
        );
    }

    #[test]
    fn a_time_of_day_is_set_on_the_day_the_distance_leads_to() {
        assert_eq!(filled("@-3d 09:40@"), "Fri, 20 Nov 2026 09:40:00 +0000");
    }

    #[test]
    fn a_format_writes_the_date_for_people() {
        assert_eq!(
            filled("See you on @+2d|%A %-d %B@!"),
            "See you on Wednesday 25 November!"
        );
    }

    #[test]
    fn the_zone_of_the_reader_is_kept() {
        let now = "2026-11-23T14:02:00+09:00[Asia/Tokyo]".parse().unwrap();
        assert_eq!(fill(b"@-15m@", &now), b"Mon, 23 Nov 2026 13:47:00 +0900");
    }

    #[test]
    fn addresses_and_other_octets_are_left_alone() {
        let text = "ada@example.org, @-2x@ @@ @- @+999999999999d@ a@b";
        assert_eq!(filled(text), text);
        assert_eq!(
            fill(b"\xff@\xfe@", &ZonedDateTime::default()),
            b"\xff@\xfe@"
        );
    }
}
