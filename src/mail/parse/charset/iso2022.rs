//! The ISO-2022 family: escape sequences and shifts choose between the character sets of East Asia.
//!
//! One decoder for ISO-2022-JP with its extensions 1 to 3 (RFC 1468, 1554, 2237), -KR (RFC 1557),
//! -CN and -CN-EXT (RFC 1922): they use different sequences for different sets. The sets themselves
//! are decoded by encoding_rs in their EUC form. Plane 2 of JIS X 0213 and the planes of CNS 11643
//! have no decoder there: each of their characters is U+FFFD.

use encoding_rs::{EUC_JP, EUC_KR, Encoding, GBK, ISO_8859_7, SHIFT_JIS, WINDOWS_1252};

const ESCAPE: u8 = 0x1b;
const SHIFT_OUT: u8 = 0x0e;
const SHIFT_IN: u8 = 0x0f;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Set {
    Ascii,
    /// ASCII but for the yen sign and the overline.
    JisRoman,
    Katakana,
    Jis0208,
    Jis0212,
    Gb2312,
    Ksc5601,
    Latin1,
    Greek,
    /// A set of pairs that nothing here decodes.
    UnknownPairs,
}

/// Where a designated set stands ready.
#[derive(Debug, Clone, Copy)]
enum Slot {
    G0,
    G1,
    G2,
}

/// Escape sequences without their escape.
const DESIGNATIONS: &[(&[u8], Slot, Set)] = &[
    (b"(B", Slot::G0, Set::Ascii),
    (b"(J", Slot::G0, Set::JisRoman),
    (b"(H", Slot::G0, Set::JisRoman),
    (b"(I", Slot::G0, Set::Katakana),
    (b"$@", Slot::G0, Set::Jis0208),
    (b"$B", Slot::G0, Set::Jis0208),
    (b"$(@", Slot::G0, Set::Jis0208),
    (b"$(B", Slot::G0, Set::Jis0208),
    (b"$(D", Slot::G0, Set::Jis0212),
    // JIS X 0213, plane 1: nearly all of it that mails use is JIS X 0208.
    (b"$(O", Slot::G0, Set::Jis0208),
    (b"$(Q", Slot::G0, Set::Jis0208),
    (b"$(P", Slot::G0, Set::UnknownPairs),
    (b"$A", Slot::G0, Set::Gb2312),
    (b"$(A", Slot::G0, Set::Gb2312),
    (b"$(C", Slot::G0, Set::Ksc5601),
    (b"$)A", Slot::G1, Set::Gb2312),
    (b"$)C", Slot::G1, Set::Ksc5601),
    (b"$)E", Slot::G1, Set::UnknownPairs),
    (b"$)G", Slot::G1, Set::UnknownPairs),
    (b")I", Slot::G1, Set::Katakana),
    (b"$*H", Slot::G2, Set::UnknownPairs),
    (b".A", Slot::G2, Set::Latin1),
    (b".F", Slot::G2, Set::Greek),
];

/// Whether undeclared octets begin Japanese, Chinese or Korean of this family.
pub(super) fn is_meant(octets: &[u8]) -> bool {
    octets
        .windows(3)
        .any(|three| matches!(three, [ESCAPE, b'$', b'@' | b'B' | b'A' | b'(' | b')']))
}

/// Whether text that ends so goes on in another set than ASCII; `None` where it says nothing of sets.
pub(in crate::mail) fn leaves_open(octets: &[u8]) -> Option<bool> {
    let last = octets.iter().rposition(|octet| *octet == ESCAPE)?;
    Some(designation(&octets[last + 1..]).is_some_and(|found| found.2 != Set::Ascii))
}

/// The text, and whether something in it is not of this family.
pub(super) fn decode(octets: &[u8]) -> (String, bool) {
    let mut state = State::new(octets.len());
    let mut rest = octets;
    while let Some((octet, after)) = rest.split_first() {
        rest = match *octet {
            ESCAPE => state.escape(after),
            SHIFT_OUT => state.shift(true, after),
            SHIFT_IN => state.shift(false, after),
            b'\n' => state.end_line(after),
            octet => {
                state.take(octet);
                after
            }
        };
    }
    state.flush();
    (state.text, state.damaged)
}

struct State {
    g0: Set,
    g1: Set,
    g2: Set,
    shifted: bool,
    /// Octets of one set that are not decoded yet.
    run: Vec<u8>,
    text: String,
    damaged: bool,
}

impl State {
    fn new(length: usize) -> Self {
        Self {
            g0: Set::Ascii,
            // Korean mails have been seen without the designation that RFC 1557 asks for.
            g1: Set::Ksc5601,
            g2: Set::Latin1,
            shifted: false,
            run: Vec::new(),
            text: String::with_capacity(length),
            damaged: false,
        }
    }

    fn set(&self) -> Set {
        if self.shifted { self.g1 } else { self.g0 }
    }

    /// Behind an escape: a designation, one character of G2, or nothing that is known.
    fn escape<'o>(&mut self, after: &'o [u8]) -> &'o [u8] {
        if let Some((sequence, slot, set)) = designation(after) {
            self.flush();
            match slot {
                Slot::G0 => self.g0 = *set,
                Slot::G1 => self.g1 = *set,
                Slot::G2 => self.g2 = *set,
            }
            return &after[sequence.len()..];
        }
        if let Some(rest) = after.strip_prefix(b"N") {
            return self.single_shift(rest);
        }
        self.damaged = true;
        after
    }

    fn single_shift<'o>(&mut self, after: &'o [u8]) -> &'o [u8] {
        self.flush();
        let length = if self.g2 == Set::UnknownPairs { 2 } else { 1 };
        let (one, rest) = after.split_at(length.min(after.len()));
        self.run.extend_from_slice(one);
        self.decode_run(self.g2);
        rest
    }

    fn shift<'o>(&mut self, out: bool, after: &'o [u8]) -> &'o [u8] {
        self.flush();
        self.shifted = out;
        after
    }

    /// Every line begins in ASCII.
    fn end_line<'o>(&mut self, after: &'o [u8]) -> &'o [u8] {
        self.flush();
        self.g0 = Set::Ascii;
        self.shifted = false;
        self.text.push('\n');
        after
    }

    fn take(&mut self, octet: u8) {
        // A blank or a control within pairs is no half of one.
        if octet <= b' ' && self.set() != Set::Ascii {
            self.flush();
            self.text.push(char::from(octet));
            return;
        }
        self.run.push(octet);
    }

    fn flush(&mut self) {
        self.decode_run(self.set());
    }

    fn decode_run(&mut self, set: Set) {
        let run = std::mem::take(&mut self.run);
        self.damaged |= !run.is_ascii();
        let high = || run.iter().map(|octet| octet | 0x80).collect::<Vec<u8>>();
        match set {
            Set::Ascii => self.text.push_str(&String::from_utf8_lossy(&run)),
            Set::JisRoman => self.text.extend(run.iter().map(|octet| match octet {
                b'\\' => '¥',
                b'~' => '\u{203e}',
                octet if octet.is_ascii() => char::from(*octet),
                _ => char::REPLACEMENT_CHARACTER,
            })),
            Set::Katakana => self.push(SHIFT_JIS, &high()),
            Set::Jis0208 => self.push(EUC_JP, &high()),
            Set::Jis0212 => {
                let pairs = high();
                let triples: Vec<u8> = pairs
                    .chunks(2)
                    .flat_map(|pair| [&[0x8f], pair].concat())
                    .collect();
                self.push(EUC_JP, &triples);
            }
            Set::Gb2312 => self.push(GBK, &high()),
            Set::Ksc5601 => self.push(EUC_KR, &high()),
            Set::Latin1 => self.push(WINDOWS_1252, &high()),
            Set::Greek => self.push(ISO_8859_7, &high()),
            Set::UnknownPairs => {
                let pairs = run.chunks(2).map(|_| char::REPLACEMENT_CHARACTER);
                self.text.extend(pairs);
            }
        }
    }

    fn push(&mut self, encoding: &'static Encoding, octets: &[u8]) {
        let (text, damaged) = encoding.decode_without_bom_handling(octets);
        self.damaged |= damaged;
        self.text.push_str(&text);
    }
}

fn designation(after: &[u8]) -> Option<&'static (&'static [u8], Slot, Set)> {
    DESIGNATIONS
        .iter()
        .find(|(sequence, ..)| after.starts_with(sequence))
}
