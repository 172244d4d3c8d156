//! Splits a header block into its fields (RFC 5322, section 2.2), as forgiving as real mail needs.

use std::borrow::Cow;

use encoding_rs::Encoding;

use crate::mail::parse::charset::guess;

/// A header block longer than this is read up to here; the rest counts as body.
pub(in crate::mail) const MAX_HEADER: usize = 1 << 20;
/// Fields beyond this many are left out.
const MAX_FIELDS: usize = 10_000;
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
        Self::split(octets, blank).with_raw_guessed()
    }

    /// Splits the header block of a MIME part, which a blank line at its very start makes empty.
    pub(in crate::mail) fn of_part(octets: &'m [u8], start: usize) -> Self {
        Self::split(octets, start).with_raw_guessed()
    }

    /// All raw octets of a header are one sender's, so they tell more together.
    fn with_raw_guessed(mut self) -> Self {
        let raw = self.raw_octets();
        if !raw.is_empty() {
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
    /// belongs to the body.
    fn split(octets: &'m [u8], start: usize) -> Self {
        let mut header = Self::default();
        let mut value = start;
        let mut end = start;
        let first = start;
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
                    if let Some(last) = header.fields.last_mut() {
                        last.value = Value::from(&octets[value..end]);
                    }
                }
                Row::Envelope => {}
                Row::Field(name) => {
                    value = start + name.len() + 1;
                    header.fields.push(Field {
                        name: name.trim_ascii(),
                        value: Value::from(&octets[value..end]),
                    });
                }
                Row::Other => {
                    header.body = start;
                    return header;
                }
            }
        }
        header.body = octets.len();
        header
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
mod tests {
    use super::*;

    fn fields(octets: &str) -> (Vec<(String, String)>, String) {
        let header = Header::of_mail(octets.as_bytes());
        let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
        (
            header
                .fields
                .iter()
                .map(|f| (text(f.name), text(f.value.octets)))
                .collect(),
            text(&octets.as_bytes()[header.body..]),
        )
    }

    #[test]
    fn folded_fields_stay_whole() {
        let (fields, body) = fields("A: 1\r\n 2\r\n\t3\r\nB : x\r\n\r\nbody\r\n");
        assert_eq!(
            fields,
            [
                ("A".into(), " 1\r\n 2\r\n\t3\r\n".into()),
                ("B".into(), " x\r\n".into())
            ]
        );
        assert_eq!(body, "body\r\n");
    }

    #[test]
    fn a_mbox_line_and_blank_lines_before_the_header_are_passed_over() {
        let (found, body) = fields("From a@b Mon\nSubject: x\n\ntext");
        assert_eq!(found.len(), 1);
        assert_eq!(body, "text");
        assert_eq!(fields("\n\nSubject: x\n\ny").0.len(), 1);
    }

    #[test]
    fn lines_that_end_in_cr_are_lines_behind_a_server_too() {
        let lines = |octets: &'static [u8]| with_lines(octets).into_owned();
        assert_eq!(lines(b"A: b\r\rc\r"), b"A: b\n\nc\n");
        assert_eq!(lines(b"A: b\r\rc\r\r\n"), b"A: b\n\nc\n\n\n");
        for kept in [
            &b"A: b\r\n\r\nc\rd\r\n"[..],
            b"A: b\r\n",
            b"A: b\n",
            b"A: b",
        ] {
            assert_eq!(lines(kept), kept);
        }
    }

    #[test]
    fn a_mbox_line_is_known_as_a_field_too() {
        let of = |value: &str| of_mbox_line(value.as_bytes()).map(<[u8]>::to_vec);
        let line = " ada@x.example  Mon Nov  3 14:02:03 2026\n";
        assert_eq!(of(line), Some(b"ada@x.example".to_vec()));
        for other in [
            "ada@x.example",
            "ada@x.example Mon Nov",
            "ada@x.example the old 3 14:02",
            "Mon Nov 3 14:02:03 2026",
            "ada@x.example Mon Nov three 14:02",
        ] {
            assert_eq!(of(other), None, "{other}");
        }
    }

    #[test]
    fn a_field_without_a_name_hides_nothing_behind_it() {
        let (found, body) = fields(": 1\nB: 2\n\nbody");
        assert_eq!(found[1], ("B".into(), " 2\n".into()));
        assert_eq!(body, "body");
    }

    #[test]
    fn what_is_no_field_begins_the_body() {
        let (found, body) = fields("Subject: x\nhello there\nB: y\n");
        assert_eq!(found.len(), 1);
        assert_eq!(body, "hello there\nB: y\n");
        assert_eq!(fields("").1, "");
    }

    #[test]
    fn an_endless_header_is_cut() {
        let octets = format!("A: {}\nB: x\n\nbody", "a\n ".repeat(MAX_HEADER));
        let header = Header::of_mail(octets.as_bytes());
        assert!(header.cut);
        assert_eq!(header.fields.len(), 1);
        assert!(header.fields[0].value.octets.len() <= MAX_HEADER);
    }
}
