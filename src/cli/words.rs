//! Numbers as people write them in sentences: `1,204 mails`, `3.4 MB`, `2 min 5 s`.

/// `1 mail`, `1,204 mails`.
pub(super) fn mails(count: u64) -> String {
    format!(
        "{} mail{}",
        grouped(count),
        if count == 1 { "" } else { "s" }
    )
}

/// Digits in groups of three.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A size with two or three digits that matter.
pub(super) fn octets(octets: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if octets < 1_000 {
        return format!("{octets} B");
    }
    // Tenths of the unit, in integers: exact, and no size is too big.
    let mut tenths = octets / 100;
    let mut unit = 0;
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1_000;
        unit += 1;
    }
    if tenths < 100 {
        return format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit]);
    }
    format!("{} {}", grouped(tenths / 10), UNITS[unit])
}

/// A time to wait: `8 s`, `2 min 5 s`, `3 h 20 min`.
pub(super) fn time(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        assert_eq!(
            [mails(0), mails(1), mails(1_234_567)],
            ["0 mails", "1 mail", "1,234,567 mails"]
        );
        let sizes = [
            999,
            1_000,
            3_449,
            12_345,
            999_999,
            1_000_000,
            51_234_567,
            u64::MAX,
        ];
        assert_eq!(
            sizes.map(octets),
            [
                "999 B",
                "1.0 kB",
                "3.4 kB",
                "12 kB",
                "999 kB",
                "1.0 MB",
                "51 MB",
                "18,446,744 TB"
            ]
        );
        assert_eq!(
            [time(8), time(125), time(12_000)],
            ["8 s", "2 min 5 s", "3 h 20 min"]
        );
    }
}
