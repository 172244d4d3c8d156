//! Which dialect an mbox is of, told by all the lines in it that begin with `From `.

use super::FromLine;
use super::quoting::{Place, Quoting, places};
use super::splitter::Entry;

/// What the mails of a file say about the program that wrote it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Survey {
    /// Of mails that end where the next `From ` line stands.
    told: Signs,
    /// Of mails that end where their `Content-Length` says.
    counted: Signs,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Signs {
    /// Lines with `From `, without a `>`: the program quotes nothing, or only where it must.
    bare: usize,
    /// Lines with `>From `, `>>From `, … that could begin no mail: those that could are quoted by every program.
    quoted: usize,
    /// Lines with `>>From ` below a line with one `>` fewer: it was as deep as that line, and got one more.
    deepened: usize,
    /// Lines with `>>From ` below a line with as many: all of them are its own.
    own: usize,
}

/// Which quoting is to be undone in the mails of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    told: Quoting,
    counted: Quoting,
}

impl Survey {
    /// Takes a mail in, as it stands in the file.
    pub fn add(&mut self, entry: &Entry) {
        let signs = if entry.is_counted {
            &mut self.counted
        } else {
            &mut self.told
        };
        for place in places(&entry.octets) {
            signs.add(&entry.octets, place);
        }
    }

    /// What is most likely. Where a file says nothing about `>>From `, a mail that ends at the next `From ` line is
    /// taken to be of an mboxrd: what undoes that is wrong in an mboxo only where somebody wrote `>From ` himself.
    pub fn dialect(&self) -> Dialect {
        let Signs {
            bare,
            quoted,
            deepened,
            own,
        } = self.told;
        let told = if bare > quoted {
            Quoting::WhereNeeded
        } else if own > deepened {
            Quoting::Once
        } else {
            Quoting::Always
        };
        let counted = if self.counted.bare > 0 && self.counted.bare >= self.counted.quoted {
            Quoting::Nothing
        } else if self.counted.deepened > self.counted.own {
            Quoting::Always
        } else {
            Quoting::Once
        };
        Dialect { told, counted }
    }
}

impl Signs {
    fn add(&mut self, octets: &[u8], place: Place) {
        if place.depth == 0 {
            // A mail that begins so says nothing about its text.
            self.bare += usize::from(place.start > 0);
            return;
        }
        self.quoted += usize::from(FromLine::read(place.line(octets)).is_none());
        if place.depth > 1 {
            let above = depth_above(octets, place.start);
            self.own += usize::from(above == place.depth);
            self.deepened += usize::from(above + 1 == place.depth);
        }
    }
}

/// How many `>` the line above begins with.
fn depth_above(octets: &[u8], start: usize) -> usize {
    let above = &octets[..start.saturating_sub(1)];
    let begin = memchr::memrchr(b'\n', above).map_or(0, |end| end + 1);
    above[begin..]
        .iter()
        .take_while(|octet| **octet == b'>')
        .count()
}

impl Dialect {
    /// The octets of a mail as they were before it was put into the file.
    pub fn mail(self, entry: Entry) -> Vec<u8> {
        let quoting = match (entry.is_counted, entry.from.marks) {
            (true, _) => self.counted,
            (false, Some(_)) => Quoting::Always,
            (false, None) => self.told,
        };
        quoting.undo(entry.octets)
    }
}
