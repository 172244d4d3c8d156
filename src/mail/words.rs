//! Numbers as people read them, the same on the screen, in sentences and in a mail's page: `1,204`, `84 KB`, `2 min`.

/// `1,204`
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1 mail`, `1,204 mails`
pub fn mails(count: usize) -> String {
    match count {
        1 => "1 mail".to_owned(),
        many => format!("{} mails", grouped(many as u64)),
    }
}

/// `999 B`, `84 KB`, `18.2 MB`: in thousands, rounded up, so that nothing but nothing is 0.
pub fn octets(octets: u64) -> String {
    const UNITS: [&str; 3] = ["MB", "GB", "TB"];
    match octets {
        0..1_000 => return format!("{octets} B"),
        1_000..1_000_000 => return format!("{} KB", octets.div_ceil(1_000)),
        _ => {}
    }
    // Tenths of the unit, in integers: exact, and no size is too big.
    let mut tenths = octets / 100_000;
    let mut unit = 0;
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1_000;
        unit += 1;
    }
    format!("{}.{} {}", grouped(tenths / 10), tenths % 10, UNITS[unit])
}

/// A time to wait: `11 s`, `3 min`, `2 h`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rough count of seconds"
)]
pub fn duration(seconds: f64) -> String {
    let seconds = seconds.clamp(0.0, 1e9).ceil() as u64;
    match seconds {
        0..100 => format!("{seconds} s"),
        100..6_000 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h", seconds.div_ceil(3_600)),
    }
}

/// [`duration`] from milliseconds; what has passed already is no time.
pub fn milliseconds(time: i64) -> String {
    let time = std::time::Duration::from_millis(time.max(0).unsigned_abs());
    duration(time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_sizes_have_units() {
        let numbers = [0, 999, 1_000, 1_234_567].map(grouped);
        assert_eq!(numbers, ["0", "999", "1,000", "1,234,567"]);
        let counts = [0, 1, 2, 1_204].map(mails);
        assert_eq!(counts, ["0 mails", "1 mail", "2 mails", "1,204 mails"]);
        let sizes = [0, 999, 83_200, 18_200_000, 4_000_000_000, u64::MAX].map(octets);
        assert_eq!(
            sizes,
            [
                "0 B",
                "999 B",
                "84 KB",
                "18.2 MB",
                "4.0 GB",
                "18,446,744.0 TB"
            ]
        );
    }

    #[test]
    fn a_time_to_wait_is_rough() {
        let times = [0.2, 99.0, 150.0, 9_000.0].map(duration);
        assert_eq!(times, ["1 s", "99 s", "3 min", "3 h"]);
        assert_eq!(
            [-5, 4_200, 240_000].map(milliseconds),
            ["0 s", "5 s", "4 min"]
        );
    }
}
