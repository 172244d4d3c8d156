//! Durations and sizes as people write them: `5 min`, `14 days`, `1.5 MiB`.

use std::time::Duration;

/// Names of a unit in milliseconds. The first fitting row counts.
const TIMES: [(&[&str], u64); 6] = [
    (&["ms", "millisecond", "milliseconds"], 1),
    (&["s", "sec", "secs", "second", "seconds"], 1_000),
    (&["m", "min", "mins", "minute", "minutes"], 60_000),
    (&["h", "hour", "hours"], 3_600_000),
    (&["d", "day", "days"], 86_400_000),
    (&["w", "week", "weeks"], 604_800_000),
];

/// Names of a unit in octets. A bare `M` means what most programs mean by it: the binary one.
const SIZES: [(&[&str], u64); 7] = [
    (&["b", "byte", "bytes", "octet", "octets"], 1),
    (&["kb"], 1_000),
    (&["k", "kib"], 1 << 10),
    (&["mb"], 1_000_000),
    (&["m", "mib"], 1 << 20),
    (&["gb"], 1_000_000_000),
    (&["g", "gib"], 1 << 30),
];

/// Reads a duration: a number and a unit of time, exact to the millisecond.
pub(super) fn duration(text: &str) -> Option<Duration> {
    quantity(text, &TIMES).map(Duration::from_millis)
}

/// Reads a size in octets: a number and a unit, rounded down to whole octets.
pub(super) fn size(text: &str) -> Option<u64> {
    quantity(text, &SIZES)
}

/// The number before the unit, times the unit.
fn quantity(text: &str, units: &[(&[&str], u64)]) -> Option<u64> {
    let text = text.trim();
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit() && c != '.')?);
    let unit = unit.trim_start().to_ascii_lowercase();
    let (_, factor) = units.iter().find(|(names, _)| names.contains(&&*unit))?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let whole: u64 = whole.parse().ok()?;
    let part: u64 = fraction.parse().ok()?;
    // Six decimals are finer than anyone writes, and keep the product below within 64 bits.
    let scale = 10_u64.pow(u32::try_from(fraction.len()).ok().filter(|len| *len <= 6)?);
    let part = part.checked_mul(*factor)? / scale;
    whole.checked_mul(*factor)?.checked_add(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_people_write_them() {
        for (text, seconds) in [
            ("30 s", 30),
            ("30s", 30),
            ("5 min", 300),
            ("1.5 h", 5_400),
            ("14 days", 1_209_600),
            ("1 Week", 604_800),
            (" 2  minutes ", 120),
            ("0 s", 0),
        ] {
            assert_eq!(duration(text), Some(Duration::from_secs(seconds)), "{text}");
        }
        assert_eq!(duration("250 ms"), Some(Duration::from_millis(250)));
    }

    #[test]
    fn sizes_are_read_as_people_write_them() {
        for (text, octets) in [
            ("5 MiB", 5 << 20),
            ("5M", 5 << 20),
            ("5 MB", 5_000_000),
            ("1.5 KiB", 1_536),
            ("0.333333 kb", 333),
            ("12 octets", 12),
            ("2 GiB", 2 << 30),
        ] {
            assert_eq!(size(text), Some(octets), "{text}");
        }
    }

    #[test]
    fn what_is_no_quantity_is_refused() {
        let too_much = "99999999999999999999 s";
        for text in [
            "",
            " ",
            "5",
            "min",
            "five min",
            "-5 min",
            "5 parsecs",
            "1.2.3 s",
            ".5 s",
            "5. s",
            "1.1234567 s",
            "5 min 3 s",
            "18446744073709551615 days",
            too_much,
            "٣ s",
        ] {
            assert_eq!(duration(text), None, "{text}");
        }
        for text in ["5", "5 s", "MiB", "18446744073709551615 GiB"] {
            assert_eq!(size(text), None, "{text}");
        }
    }
}
