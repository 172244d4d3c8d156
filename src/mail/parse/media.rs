//! What a MIME part says about itself: type, charset, boundary, name, disposition, encoding.

use crate::mail::parse::fields::Header;
use crate::mail::parse::params::Structured;

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
        if let Some(value) = header.first("Content-Type") {
            media.take_type(&Structured::of(value));
        }
        if let Some(value) = header.first("Content-Disposition") {
            let disposition = Structured::of(value);
            media.disposition = Some(disposition.head.to_ascii_lowercase());
            // Nobody reads a field that names parameters of nothing.
            if !disposition.head.is_empty() {
                media.name = named(&disposition, "filename").or(media.name.take());
            }
        }
        if let Some(value) = header.first("Content-Transfer-Encoding") {
            media.encoding = Encoding::of(value.octets);
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

    fn take_type(&mut self, written: &Structured<'_>) {
        self.kind = match written.head.split_once('/') {
            Some((kind, subtype)) if !kind.trim().is_empty() && !subtype.trim().is_empty() => {
                format!("{}/{}", kind.trim(), subtype.trim()).to_ascii_lowercase()
            }
            // RFC 2045, section 5.2: what cannot be read is text/plain. `text` alone is frequent.
            _ => "text/plain".to_owned(),
        };
        self.charset = written.parameter("charset");
        self.boundary = written
            .parameter("boundary")
            .map(|boundary| boundary.trim_end().to_owned())
            .filter(|boundary| !boundary.is_empty());
        self.name = named(written, "name");
        self.parameters = written.parameters(MAX_KEPT);
        let says = |name, value| {
            let said = written.parameter(name);
            said.is_some_and(|said| said.trim().eq_ignore_ascii_case(value))
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
        let letters = value.iter().filter(|octet| octet.is_ascii_alphanumeric());
        let name: Vec<u8> = letters.map(u8::to_ascii_lowercase).collect();
        if name.starts_with(b"base64") {
            Self::Base64
        } else if name.starts_with(b"quotedprintable") {
            Self::QuotedPrintable
        } else if [&b"xuuencode"[..], b"xuue", b"uuencode"].contains(&name.as_slice()) {
            Self::Uuencode
        } else {
            Self::Identity
        }
    }
}

/// Parameters kept of one part; the rest means nothing.
const MAX_KEPT: usize = 32;

/// A file name, unless it is blank.
fn named(written: &Structured<'_>, parameter: &str) -> Option<String> {
    let name = written.parameter(parameter)?.trim().to_owned();
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
    fn encodings_are_known_however_they_are_written() {
        for written in ["base64", "BASE64;", "\"base64\"", "base-64 (x)"] {
            let header = format!("Content-Transfer-Encoding: {written}\n\n");
            assert_eq!(media(&header).encoding, Encoding::Base64, "{written}");
        }
        for written in ["Quoted-Printable", "'quoted-printable'", "quoted_printable"] {
            let header = format!("Content-Transfer-Encoding: {written}\n\n");
            assert_eq!(
                media(&header).encoding,
                Encoding::QuotedPrintable,
                "{written}"
            );
        }
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
