//! What a mailbox says of a mail beside its octets: read, flagged, answered, deleted.

/// The state of a mail as its mailbox tells it.
#[expect(
    clippy::struct_excessive_bools,
    reason = "four independent signs of a mail"
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Marks {
    /// It has been read.
    pub read: bool,
    /// It is flagged.
    pub flagged: bool,
    /// It has been answered.
    pub answered: bool,
    /// It is to be deleted, or has been, and its octets are still in the file.
    pub deleted: bool,
}

/// Netscape's and Thunderbird's bits in `X-Mozilla-Status` (`nsMsgMessageFlags.idl`).
const MOZILLA_READ: u32 = 0x0001;
const MOZILLA_ANSWERED: u32 = 0x0002;
const MOZILLA_FLAGGED: u32 = 0x0004;
const MOZILLA_EXPUNGED: u32 = 0x0008;

impl Marks {
    /// What the fields say that mail programs put into the mails of an mbox: `Status` and `X-Status` (elm, pine, mutt,
    /// Dovecot), `X-Mozilla-Status` (Thunderbird). Only the head is looked at.
    pub fn of_head(octets: &[u8]) -> Self {
        let mut marks = Self::default();
        for line in head(octets) {
            let Some(colon) = memchr::memchr(b':', line) else {
                continue;
            };
            let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
            if name.eq_ignore_ascii_case(b"Status") || name.eq_ignore_ascii_case(b"X-Status") {
                marks.add_letters(value);
            } else if name.eq_ignore_ascii_case(b"X-Mozilla-Status") {
                marks.add_bits(value);
            }
        }
        marks
    }

    fn add_letters(&mut self, letters: &[u8]) {
        for letter in letters {
            match letter {
                b'R' => self.read = true,
                b'F' => self.flagged = true,
                b'A' | b'r' => self.answered = true,
                b'D' => self.deleted = true,
                _ => {}
            }
        }
    }

    fn add_bits(&mut self, digits: &[u8]) {
        let digits = std::str::from_utf8(digits).unwrap_or_default();
        let bits = u32::from_str_radix(digits, 16).unwrap_or_default();
        self.read |= bits & MOZILLA_READ != 0;
        self.answered |= bits & MOZILLA_ANSWERED != 0;
        self.flagged |= bits & MOZILLA_FLAGGED != 0;
        self.deleted |= bits & MOZILLA_EXPUNGED != 0;
    }
}

/// The lines of a head, without their ends.
fn head(octets: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = octets.split(|octet| *octet == b'\n');
    let lines = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines.take_while(|line| !line.is_empty())
}

/// The number in the `Content-Length` of a head.
pub(super) fn content_length(octets: &[u8]) -> Option<u64> {
    head(octets).find_map(|line| {
        let colon = memchr::memchr(b':', line)?;
        let is_it = line[..colon].eq_ignore_ascii_case(b"Content-Length");
        let value = std::str::from_utf8(line[colon + 1..].trim_ascii()).ok()?;
        is_it.then(|| value.parse().ok()).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::{Marks, content_length};

    #[test]
    fn the_fields_of_three_families_tell_the_same() {
        let told = |field: &str| {
            let mail = format!("Subject: x\r\n{field}\r\n\r\nStatus: RAFD\r\n");
            let marks = Marks::of_head(mail.as_bytes());
            let signs = [marks.read, marks.flagged, marks.answered, marks.deleted];
            signs.map(u8::from)
        };
        assert_eq!(told("X: y"), [0, 0, 0, 0], "what stands below the head");
        assert_eq!(told("Status: RO"), [1, 0, 0, 0]);
        assert_eq!(told("Status: O"), [0, 0, 0, 0]);
        assert_eq!(told("X-Status: AF"), [0, 1, 1, 0]);
        assert_eq!(told("X-Status: D\r\nStatus: R"), [1, 0, 0, 1]);
        assert_eq!(told("X-Mozilla-Status: 0001"), [1, 0, 0, 0]);
        assert_eq!(told("X-Mozilla-Status: 000e"), [0, 1, 1, 1]);
        assert_eq!(told("X-Mozilla-Status: zz"), [0, 0, 0, 0]);
    }

    #[test]
    fn a_length_is_a_number_in_the_head() {
        assert_eq!(content_length(b"content-length:  12 \n\nx"), Some(12));
        assert_eq!(content_length(b"Content-Length: -1\n\n"), None);
        assert_eq!(content_length(b"A: b\n\nContent-Length: 12\n"), None);
    }
}
