//! Where the octets of a part stand in a mail and how they are undone: nothing is decoded before it is asked for.

use std::borrow::Cow;
use std::ops::Range;

use crate::mail::parse::body;
use crate::mail::parse::fields::with_lines;
use crate::mail::parse::media::Encoding;

/// The way from the octets of a mail to those of a part: cut out, undo, and within that again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::mail) struct Place {
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Step {
    range: Range<usize>,
    encoding: Encoding,
}

impl Place {
    /// A stretch of what this place holds, once undone.
    pub(in crate::mail) fn within(&self, range: Range<usize>, encoding: Encoding) -> Self {
        let mut steps = self.steps.clone();
        let outer = steps.pop_if(|step| step.encoding == Encoding::Identity);
        let start = outer.map_or(0, |step| step.range.start);
        steps.push(Step {
            range: start + range.start..start + range.end,
            encoding,
        });
        Self { steps }
    }

    /// What it holds. Octets that are not those of its mail give less, or nothing.
    pub(in crate::mail) fn octets<'m>(&self, mail: &'m [u8]) -> Cow<'m, [u8]> {
        // As it was taken apart: what is written line by line needs the same lines.
        let mut octets = with_lines(mail);
        for step in &self.steps {
            octets = match octets {
                Cow::Borrowed(outer) => step.undo(outer),
                Cow::Owned(outer) => Cow::Owned(step.undo(&outer).into_owned()),
            };
        }
        octets
    }
}

impl Step {
    fn undo<'m>(&self, outer: &'m [u8]) -> Cow<'m, [u8]> {
        let cut = outer.get(self.range.clone()).unwrap_or_default();
        body::decode(cut, self.encoding)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_a_place_is_found_again() {
        let mail = b"..aGVsbG8=..plain text..";
        let encoded = Place::default().within(2..10, Encoding::Base64);
        assert_eq!(&*encoded.octets(mail), b"hello");
        assert_eq!(
            &*encoded.within(1..3, Encoding::Identity).octets(mail),
            b"el"
        );
        let plain = Place::default().within(12..22, Encoding::Identity);
        let inner = plain.within(6..10, Encoding::Identity);
        assert_eq!((&*inner.octets(mail), inner.steps.len()), (&b"text"[..], 1));
    }

    #[test]
    fn lines_that_end_in_cr_alone_are_lines() {
        let place = Place::default().within(0..12, Encoding::QuotedPrintable);
        assert_eq!(&*place.octets(b"caf=\r\xc3=A9\rx\r"), b"caf\xc3\xa9\nx\n");
    }

    #[test]
    fn the_octets_of_another_mail_do_no_harm() {
        let place = Place::default().within(5..9, Encoding::Base64);
        assert_eq!(&*place.octets(b"abc"), b"");
    }
}
