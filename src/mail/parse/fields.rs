//! Splits a header block into its fields (RFC 5322, section 2.2), as forgiving as real mail needs.

use std::borrow::Cow;

use encoding_rs::Encoding;

use crate::mail::parse::charset::guess;

/// A header block longer than this is read up to here; the rest counts as body.
pub(in crate::mail) const MAX_HEADER: usize = 1 << 20;
/// Fields beyond this many are left out.
const MAX_FIELDS: usize = 10_000;
/// Fields that a mail has; so have those that begin with `Content-`.
const KNOWN: [&[u8]; 7] = [
    b"From",
    b"To",
    b"Subject",
    b"Date",
    b"Message-ID",
    b"MIME-Version",
    b"Received",
];
/// As mbox lines name them.
const WEEKDAYS: [&[u8]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];

/// The value of a field: what stands behind the colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mail) struct Value<'m> {
    /// Folds and line ends included.
    pub(in crate::mail) octets: &'m [u8],
    /// What raw octets that are no UTF-8 most likely are; windows-1252 where nothing tells.
    pub(in crate::mail) raw: Option<&'static Encoding>,
}

impl<'m, O: AsRef<[u8]> + ?Sized> From<&'m O> for Value<'m> {
    fn from(octets: &'m O) -> Self {
        Self {
            octets: octets.as_ref(),
            raw: None,
        }
    }
}

/// One header field as it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mail) struct Field<'m> {
    /// Its name, blanks around it gone.
    pub(in crate::mail) name: &'m [u8],
    /// What stands behind the colon.
    pub(in crate::mail) value: Value<'m>,
}

impl Field<'_> {
    /// Whether this is the field of that name.
    pub(in crate::mail) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }
}

/// A header block and where its body begins.
#[derive(Debug, Default)]
pub(in crate::mail) struct Header<'m> {
    /// In the order of the mail.
    pub(in crate::mail) fields: Vec<Field<'m>>,
    /// Offset of the first octet of the body.
    pub(in crate::mail) body: usize,
    /// Whether a limit cut it short.
    pub(in crate::mail) cut: bool,
}

impl<'m> Header<'m> {
    /// Splits the header block of a mail. Blank lines and a mbox `From ` line before the first field
    /// are passed over.
    pub(in crate::mail) fn of_mail(octets: &'m [u8]) -> Self {
        let blank = octets
            .iter()
            .take_while(|octet| matches!(octet, b'\r' | b'\n'))
            .count();
        Self::split(octets, blank, true).with_raw_guessed(&mut 1)
    }

    /// Splits the header block of a MIME part, which a blank line at its very start makes empty. What charset its raw
    /// octets are of is guessed as long as there are `guesses` left.
    pub(in crate::mail) fn of_part(octets: &'m [u8], start: usize, guesses: &mut usize) -> Self {
        Self::split(octets, start, false).with_raw_guessed(guesses)
    }

    /// All raw octets of a header are one sender's, so they tell more together.
    fn with_raw_guessed(mut self, guesses: &mut usize) -> Self {
        let raw = self.raw_octets();
        if !raw.is_empty() && *guesses > 0 {
            *guesses -= 1;
            let charset = guess(&raw);
            self.take_raw_for(charset);
        }
        self
    }

    /// What a text of the mail is declared to be, its raw fields are too.
    pub(in crate::mail) fn declare(&mut self, charset: &'static Encoding) {
        let fits = |octets: &&[u8]| !charset.decode_without_bom_handling(octets).1;
        if self.raw_octets().iter().all(fits) {
            self.take_raw_for(charset);
        }
    }

    fn raw_octets(&self) -> Vec<&'m [u8]> {
        let values = self.fields.iter().map(|field| field.value.octets);
        values
            .filter(|octets| std::str::from_utf8(octets).is_err())
            .collect()
    }

    fn take_raw_for(&mut self, charset: &'static Encoding) {
        for field in &mut self.fields {
            field.value.raw = Some(charset);
        }
    }

    /// The block that begins at `start` ends at a blank line, or where a line is no field, which then
    /// belongs to the body; unless the header of a mail goes on behind it.
    fn split(octets: &'m [u8], start: usize, is_mail: bool) -> Self {
        let mut header = Self::default();
        let mut value = start;
        let mut end = start;
        let first = start;
        // As far as the header goes on for certain, from its first line that is no field on.
        let mut goes_on = None;
        let mut is_passed = false;
        for line in octets[start..].split_inclusive(|octet| *octet == b'\n') {
            let start = end;
            end += line.len();
            match Row::of(line, start == first) {
                Row::Blank => {
                    header.body = end;
                    return header;
                }
                _ if end - first > MAX_HEADER || header.fields.len() >= MAX_FIELDS => {
                    header.body = start;
                    header.cut = true;
                    return header;
                }
                Row::Fold => {
                    if !is_passed && let Some(last) = header.fields.last_mut() {
                        last.value = Value::from(&octets[value..end]);
                    }
                }
                Row::Envelope => {}
                Row::Field(name) => {
                    is_passed = false;
                    value = start + name.len() + 1;
                    header.fields.push(Field {
                        name: name.trim_ascii(),
                        value: Value::from(&octets[value..end]),
                    });
                }
                Row::Other => {
                    let known = || is_mail.then(|| header.last_known(octets, start)).flatten();
                    if goes_on
                        .get_or_insert_with(known)
                        .is_none_or(|last| last < start)
                    {
                        header.body = start;
                        return header;
                    }
                    is_passed = true;
                }
            }
        }
        header.body = octets.len();
        header
    }

    /// Where the last field begins that no text would have, this header has not yet, and a blank line follows: what
    /// stands before it is header, though a line of it is no field.
    fn last_known(&self, octets: &[u8], start: usize) -> Option<usize> {
        let mut end = start;
        let mut last = None;
        for line in octets[start..].split_inclusive(|octet| *octet == b'\n') {
            match Row::of(line, false) {
                Row::Blank => return last,
                // The first part of a mail begins without a blank line before it.
                _ if line.starts_with(b"--") => return None,
                _ if end - start > MAX_HEADER => return None,
                Row::Field(name) if self.lacks(name.trim_ascii()) => last = Some(end),
                _ => {}
            }
            end += line.len();
        }
        None
    }

    fn lacks(&self, name: &[u8]) -> bool {
        let content = name
            .get(..8)
            .is_some_and(|start| start.eq_ignore_ascii_case(b"content-"));
        let is_known = content || KNOWN.iter().any(|known| name.eq_ignore_ascii_case(known));
        let is_here = |field: &Field<'_>| field.name.eq_ignore_ascii_case(name);
        is_known && !self.fields.iter().any(is_here)
    }

    /// The first field of that name.
    pub(in crate::mail) fn first(&self, name: &str) -> Option<Value<'m>> {
        self.all(name).next()
    }

    /// Every field of that name.
    pub(in crate::mail) fn all<'h>(
        &'h self,
        name: &'h str,
    ) -> impl Iterator<Item = Value<'m>> + 'h {
        self.fields
            .iter()
            .filter(move |field| field.is(name))
            .map(|field| field.value)
    }
}

/// The octets of a mail in lines. Where no line of it ends in LF, a CR alone ends them, as a Macintosh once wrote files: every
/// octet keeps its place. The line end that a server puts behind the whole (RFC 1939, section 3) tells nothing.
pub(in crate::mail) fn with_lines(octets: &[u8]) -> Cow<'_, [u8]> {
    let written = octets.strip_suffix(b"\n").unwrap_or(octets);
    if memchr::memchr(b'\n', written).is_some() {
        return Cow::Borrowed(octets);
    }
    let written = written.strip_suffix(b"\r").unwrap_or(written);
    if memchr::memchr(b'\r', written).is_none() {
        return Cow::Borrowed(octets);
    }
    let ended = octets.iter().map(|octet| match octet {
        b'\r' => b'\n',
        other => *other,
    });
    Cow::Owned(ended.collect())
}

/// The address of a mbox `From ` line that a program made a field of: `From: ada@x  Mon Nov 23 14:02:03 2026`.
pub(in crate::mail) fn of_mbox_line(value: &[u8]) -> Option<&[u8]> {
    let mut words = value
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty());
    let address = words.next().filter(|word| word.contains(&b'@'))?;
    let day = words.next()?;
    let has_month = words.next().is_some_and(|month| month.len() == 3);
    let mut digits = |mark: &[u8]| {
        let word = words.next();
        word.is_some_and(|word| word.iter().all(|o| o.is_ascii_digit() || mark.contains(o)))
    };
    let has_names = WEEKDAYS.contains(&day) && has_month;
    (has_names && digits(b"") && digits(b":")).then_some(address)
}

/// What a line can be in a header block.
enum Row<'m> {
    /// Ends it.
    Blank,
    /// Goes on with the field above.
    Fold,
    /// A mbox `From ` line, which is no field.
    Envelope,
    /// A field, by its name as written up to the colon.
    Field(&'m [u8]),
    /// No header line.
    Other,
}

impl<'m> Row<'m> {
    fn of(line: &'m [u8], first: bool) -> Self {
        if line.iter().all(|octet| matches!(octet, b'\r' | b'\n')) {
            return Self::Blank;
        }
        if matches!(line.first(), Some(b' ' | b'\t')) {
            return Self::Fold;
        }
        if first && (line.starts_with(b"From ") || line.starts_with(b">From ")) {
            return Self::Envelope;
        }
        let Some(colon) = line.iter().position(|octet| *octet == b':') else {
            return Self::Other;
        };
        let name = &line[..colon];
        let written = name.trim_ascii();
        // A line that begins so is a MIME boundary, even with a colon in it.
        if written.starts_with(b"--") {
            return Self::Other;
        }
        if written.iter().any(u8::is_ascii_whitespace) {
            return Self::Other;
        }
        Self::Field(name)
    }
}

#[cfg(test)]
mod tests;
