//! What a MIME part says about itself: type, charset, boundary, name, disposition, encoding.

use mail_parser::parsers::MessageStream;
use mail_parser::{ContentType, HeaderValue};

use crate::mail::parse::fields::Header;
use crate::mail::parse::words::{one_line, text};

/// The MIME fields of a part (RFC 2045, RFC 2183), decoded.
#[derive(Debug, Clone, Default)]
pub(in crate::mail) struct Media {
    /// `text/plain`, … in lower case.
    pub(in crate::mail) kind: String,
    /// The declared charset of a text.
    pub(in crate::mail) charset: Option<String>,
    /// What separates the parts of a multipart.
    pub(in crate::mail) boundary: Option<String>,
    /// The file name, from `Content-Disposition` or else `Content-Type`; decoded, foreign.
    pub(in crate::mail) name: Option<String>,
    /// `attachment`, `inline` or what else was written, in lower case.
    pub(in crate::mail) disposition: Option<String>,
    /// How the octets travel.
    pub(in crate::mail) encoding: Encoding,
    /// How lines of text are to be joined.
    pub(in crate::mail) flow: Flow,
    /// Every parameter of `Content-Type`, by names in lower case: what a part means hangs on them.
    pub(in crate::mail) parameters: Vec<(String, String)>,
}

/// How the octets of a part travel (RFC 2045, section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::mail) enum Encoding {
    /// As they are.
    #[default]
    Identity,
    /// Base64.
    Base64,
    /// Quoted-printable.
    QuotedPrintable,
    /// Uuencode, with its `begin` and `end` lines.
    Uuencode,
    /// yEnc, with its `=ybegin` and `=yend` lines.
    YEnc,
}

/// How lines of a text/plain part belong together (RFC 3676).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Flow {
    /// Each line stands for itself.
    #[default]
    Fixed,
    /// `format=flowed`: a line that ends in a blank goes on in the next.
    Flowed,
    /// The same with `delsp=yes`: that blank is no part of the text.
    FlowedWithoutBlank,
}

impl Media {
    /// Reads the MIME fields of a header; `default` is the type of a part that names none.
    pub(in crate::mail) fn of(header: &Header<'_>, default: &str) -> Self {
        let mut media = Self {
            kind: default.to_owned(),
            ..Self::default()
        };
        let line = value_of(header, "Content-Type");
        if let Some(parsed) = line.as_deref().and_then(structured) {
            media.take_type(&parsed);
        }
        let line = value_of(header, "Content-Disposition");
        if let Some(parsed) = line.as_deref().and_then(structured) {
            media.disposition = Some(parsed.ctype().to_ascii_lowercase());
            media.name = named(&parsed, "filename").or(media.name.take());
        }
        if let Some(value) = header.first("Content-Transfer-Encoding") {
            media.encoding = Encoding::of(value);
        }
        media
    }

    /// Whether this part holds parts.
    pub(in crate::mail) fn is_multipart(&self) -> bool {
        self.kind.starts_with("multipart/")
    }

    /// A parameter of `Content-Type`.
    pub(in crate::mail) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.trim())
    }

    fn take_type(&mut self, parsed: &ContentType<'_>) {
        let kind = parsed.ctype().trim();
        match parsed
            .subtype()
            .map(str::trim)
            .filter(|subtype| !subtype.is_empty())
        {
            Some(subtype) if !kind.is_empty() => {
                self.kind = format!("{kind}/{subtype}").to_ascii_lowercase();
            }
            // RFC 2045, section 5.2: what cannot be read is text/plain. `text` alone is frequent.
            _ => "text/plain".clone_into(&mut self.kind),
        }
        self.charset = parsed.attribute("charset").map(str::to_owned);
        self.boundary = parsed
            .attribute("boundary")
            .map(|boundary| boundary.trim_end().to_owned())
            .filter(|boundary| !boundary.is_empty());
        self.name = named(parsed, "name");
        let attributes = parsed.attributes().unwrap_or_default().iter();
        self.parameters = attributes
            .take(MAX_KEPT)
            .map(|one| (one.name.to_ascii_lowercase(), one.value.to_string()))
            .collect();
        let says = |name, value| {
            parsed
                .attribute(name)
                .is_some_and(|said| said.trim().eq_ignore_ascii_case(value))
        };
        if says("format", "flowed") {
            self.flow = if says("delsp", "yes") {
                Flow::FlowedWithoutBlank
            } else {
                Flow::Flowed
            };
        }
    }
}

impl Encoding {
    /// The word of the standard.
    pub(in crate::mail) fn word(self) -> &'static str {
        match self {
            Self::Identity => "as it is",
            Self::Base64 => "base64",
            Self::QuotedPrintable => "quoted-printable",
            Self::Uuencode => "uuencode",
            Self::YEnc => "yEnc",
        }
    }

    fn of(value: &[u8]) -> Self {
        let value = value.trim_ascii().to_ascii_lowercase();
        if value.starts_with(b"base64") {
            Self::Base64
        } else if value.starts_with(b"quoted-printable") {
            Self::QuotedPrintable
        } else if [&b"x-uuencode"[..], b"x-uue", b"uuencode"].contains(&value.as_slice()) {
            Self::Uuencode
        } else {
            Self::Identity
        }
    }
}

/// Parameters kept of one part; the rest means nothing.
const MAX_KEPT: usize = 32;
/// mail-parser compares each parameter with all before it.
const MAX_PARAMETERS: usize = 32 << 10;

/// The value of a structured field for mail-parser.
fn value_of(header: &Header<'_>, name: &str) -> Option<Vec<u8>> {
    let value = header.first(name)?;
    Some(one_line(&value[..value.len().min(MAX_PARAMETERS)]))
}

fn structured(line: &[u8]) -> Option<ContentType<'_>> {
    match MessageStream::new(line).parse_content_type() {
        HeaderValue::ContentType(parsed) => Some(parsed),
        _ => None,
    }
}

/// A file name; encoded words have no place in it (RFC 2047, section 5) and are found there anyway.
fn named(parsed: &ContentType<'_>, attribute: &str) -> Option<String> {
    let name = parsed.attribute(attribute)?.trim();
    let name = if name.contains("=?") {
        text(name.as_bytes())
    } else {
        name.to_owned()
    };
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn media(header: &str) -> Media {
        Media::of(&Header::of_mail(header.as_bytes()), "text/plain")
    }

    #[test]
    fn names_are_decoded_in_every_way_they_are_encoded() {
        for header in [
            "Content-Disposition: attachment; filename*=utf-8''na%C3%AFve%20plan.pdf\n\n",
            "Content-Disposition: attachment; filename*0*=utf-8''na%C3%AF; filename*1=\"ve plan.pdf\"\n\n",
            "Content-Type: application/pdf; name=\"=?utf-8?q?na=C3=AFve_plan.pdf?=\"\n\n",
            "Content-Disposition: attachment;\n filename=\"naïve plan.pdf\"\n\n",
        ] {
            assert_eq!(
                media(header).name.as_deref(),
                Some("naïve plan.pdf"),
                "{header}"
            );
        }
    }

    #[test]
    fn the_disposition_names_the_file_before_the_type_does() {
        let media = media(
            "Content-Type: IMAGE/PNG; name=a.png\nContent-Disposition: Inline; filename=b.png\nContent-Transfer-Encoding: BASE64\n\n",
        );
        assert_eq!(media.kind, "image/png");
        assert_eq!(media.name.as_deref(), Some("b.png"));
        assert_eq!(media.disposition.as_deref(), Some("inline"));
        assert_eq!(media.encoding, Encoding::Base64);
    }

    #[test]
    fn what_cannot_be_read_is_plain_text() {
        assert_eq!(media("Subject: x\n\n").kind, "text/plain");
        assert_eq!(media("Content-Type: text\n\n").kind, "text/plain");
        assert_eq!(media("Content-Type: ;;;\n\n").kind, "text/plain");
    }

    #[test]
    fn flowed_text_is_announced() {
        assert_eq!(
            media("Content-Type: text/plain; format=flowed\n\n").flow,
            Flow::Flowed
        );
        assert_eq!(
            media("Content-Type: text/plain; Format=Flowed; DelSp=Yes\n\n").flow,
            Flow::FlowedWithoutBlank
        );
    }
}
