//! Generates realistic mail from a seed: sizes as in real mailboxes, all shapes that have broken mail programs, no two
//! alike. Needs nothing but `std`, so that benches can take this file in, too.

use std::f64::consts::TAU;
use std::fmt::Write as _;

/// Half of the mails are smaller.
const MEDIAN: f64 = 12.0 * 1024.0;
/// Of base64.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// Chosen so that the mean is 20 KiB: mean = median * exp(spread² / 2).
const SPREAD: f64 = 1.0108;

/// Mail number `number` of the mailbox that `seed` names: always the same octets. Lines end in CRLF; no NUL, no bare
/// CR or LF, as servers that keep mail in files do not give those back.
pub(crate) fn mail(seed: u64, number: u64) -> Vec<u8> {
    let mut random = Random(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let size = size(&mut random);
    let mut mail = header(&mut random, seed, number).into_bytes();
    match random.below(10) {
        0..4 => plain(&mut random, &mut mail, size),
        4..6 => alternative(&mut random, &mut mail, size),
        6..8 => attachment(&mut random, &mut mail, size),
        8 => eight_bit(&mut random, &mut mail, size),
        _ => long_lines(&mut random, &mut mail, size),
    }
    mail
}

/// The first `count` mails of the mailbox that `seed` names.
pub(crate) fn mails(seed: u64, count: u64) -> Vec<Vec<u8>> {
    (0..count).map(|number| mail(seed, number)).collect()
}

/// Log-normal, as sizes of mails are; 1 KiB to 2 MiB.
fn size(random: &mut Random) -> usize {
    let normal = (-2.0 * random.fraction().ln()).sqrt() * (TAU * random.fraction()).cos();
    let size = (MEDIAN * (SPREAD * normal).exp()).clamp(1024.0, 2_097_152.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to a range that fits"
    )]
    let size = size as usize;
    size
}

fn header(random: &mut Random, seed: u64, number: u64) -> String {
    let mut header = String::new();
    for hop in 0..=random.below(4) {
        let id = random.next();
        let _ = write!(
            header,
            "Received: from relay{hop}.example.net (relay{hop}.example.net [192.0.2.{hop}])\r\n\tby mx.example.org \
             with ESMTPS id {id:016x};\r\n\tMon, 23 Nov 2026 12:{:02}:{:02} +0000\r\n",
            random.below(60),
            random.below(60),
        );
    }
    let who = random.word();
    let _ = write!(
        header,
        "From: {who} <{who}@example.com>\r\nTo: Robin Marsh <robin@example.org>\r\nSubject: {} {} {} ({number})\r\n\
         Date: {} Nov 2026 {:02}:{:02}:{:02} +0000\r\nMessage-ID: <{number}.{seed}.{:x}@example.com>\r\n\
         MIME-Version: 1.0\r\n",
        random.word(),
        random.word(),
        random.word(),
        1 + random.below(28),
        random.below(24),
        random.below(60),
        random.below(60),
        random.next(),
    );
    header
}

/// Text with dots at line starts: the octets that byte-stuffing is about.
fn plain(random: &mut Random, mail: &mut Vec<u8>, size: usize) {
    mail.extend_from_slice(b"Content-Type: text/plain; charset=us-ascii\r\n\r\n");
    prose(random, mail, size);
}

fn prose(random: &mut Random, mail: &mut Vec<u8>, size: usize) {
    while mail.len() < size {
        match random.below(24) {
            0 => mail.extend_from_slice(b".\r\n"),
            1 => mail.extend_from_slice(b"..\r\n"),
            2 => mail.extend_from_slice(b"\r\n"),
            3 => mail.extend_from_slice(b"From here on, a line that mbox would change.\r\n"),
            4 => mail.extend_from_slice(b"."),
            5 => mail.extend_from_slice(b">> "),
            _ => {}
        }
        for _ in 0..=random.below(12) {
            mail.extend_from_slice(random.word().as_bytes());
            mail.push(b' ');
        }
        mail.extend_from_slice(b"\r\n");
    }
}

fn alternative(random: &mut Random, mail: &mut Vec<u8>, size: usize) {
    let edge = format!("=_{:016x}", random.next());
    let start = format!(
        "Content-Type: multipart/alternative; boundary=\"{edge}\"\r\n\r\n--{edge}\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n"
    );
    mail.extend_from_slice(start.as_bytes());
    prose(random, mail, size / 3);
    let middle = format!(
        "\r\n--{edge}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
         <html><body>\r\n"
    );
    mail.extend_from_slice(middle.as_bytes());
    while mail.len() < size {
        let row = format!(
            "<table><tr><td style=3D\"color:#{:06x}\">{}</td><td>{} =E2=80=93 {}</td></tr></table>=\r\n\r\n",
            random.below(0x00ff_ffff),
            random.word(),
            random.word(),
            random.word(),
        );
        mail.extend_from_slice(row.as_bytes());
    }
    mail.extend_from_slice(format!("</body></html>\r\n--{edge}--\r\n").as_bytes());
}

fn attachment(random: &mut Random, mail: &mut Vec<u8>, size: usize) {
    let edge = format!("----{:016x}", random.next());
    let start = format!(
        "Content-Type: multipart/mixed; boundary=\"{edge}\"\r\n\r\n--{edge}\r\nContent-Type: text/plain\r\n\r\n"
    );
    mail.extend_from_slice(start.as_bytes());
    prose(random, mail, size / 8);
    let middle = format!(
        "\r\n--{edge}\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename=\"{}.bin\"\r\n\r\n",
        random.word()
    );
    mail.extend_from_slice(middle.as_bytes());
    while mail.len() < size {
        for _ in 0..76 {
            mail.push(ALPHABET[random.below(64)]);
        }
        mail.extend_from_slice(b"\r\n");
    }
    mail.extend_from_slice(format!("--{edge}--\r\n").as_bytes());
}

/// Octets above 127 as they come: Latin-1 that is no UTF-8, and C1 controls.
fn eight_bit(random: &mut Random, mail: &mut Vec<u8>, size: usize) {
    mail.extend_from_slice(
        b"Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
    );
    while mail.len() < size {
        for _ in 0..random.below(70) {
            let octet = 0x80 + random.below(0x80);
            mail.push(u8::try_from(octet).unwrap_or(0xff));
        }
        mail.extend_from_slice(b"\r\n.");
        mail.extend_from_slice(random.word().as_bytes());
        mail.extend_from_slice(b"\r\n");
    }
}

/// Lines far longer than the 998 octets that RFC 5322 allows.
fn long_lines(random: &mut Random, mail: &mut Vec<u8>, size: usize) {
    mail.extend_from_slice(b"Content-Type: text/html; charset=utf-8\r\n\r\n");
    while mail.len() < size {
        let end = mail.len() + 1000 + random.below(9000);
        while mail.len() < end {
            mail.extend_from_slice(b"<b>");
            mail.extend_from_slice(random.word().as_bytes());
            mail.extend_from_slice("</b>\u{a0}".as_bytes());
        }
        mail.extend_from_slice(b"\r\n");
    }
}

/// SplitMix64: small, fast, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap_or(0)
    }

    /// In (0, 1].
    fn fraction(&mut self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "53 bits are what an f64 holds")]
        let numerator = ((self.next() >> 11) + 1) as f64;
        numerator / 9_007_199_254_740_992.0
    }

    fn word(&mut self) -> &'static str {
        const WORDS: [&str; 32] = [
            "harbour", "lantern", "ferry", "the", "of", "a", "and", "library", "cat", "clock",
            "whale", "tide", "paper", "is", "in", "winter", "jumper", "rope", "letter", "to",
            "lamp", "moth", "seal", "island", "cake", "chair", "third", "glove", "reads", "slowly",
            "again", "tomorrow",
        ];
        WORDS[self.below(WORDS.len())]
    }
}
