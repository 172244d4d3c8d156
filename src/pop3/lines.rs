//! A listing while it arrives: line after line up to the dot, within limits, nonsense left out.

use super::capabilities;
use super::heard::{Ear, Heard};
use super::input::Input;
use super::listing;
use super::{Capabilities, Error, Limits, ScanListing, UniqueIdListing};

/// A listing while it arrives.
#[derive(Debug)]
pub(super) struct Lines {
    listing: Listing,
    octets: usize,
    count: usize,
    /// Passing over a line that is too long.
    skipping: bool,
}

/// What was understood of it.
#[derive(Debug)]
pub(super) enum Listing {
    List(Vec<ScanListing>),
    Uidl(Vec<UniqueIdListing>),
    Capabilities(Capabilities),
}

impl Lines {
    pub(super) fn new(listing: Listing) -> Self {
        Self {
            listing,
            octets: 0,
            count: 0,
            skipping: false,
        }
    }

    /// Reads as many lines as there are. `true` at the final dot.
    pub(super) fn read(
        &mut self,
        input: &mut Input,
        limits: &Limits,
        ear: &mut Ear,
    ) -> Result<bool, Error> {
        while let Some(line) = input.take_line() {
            self.octets += line.text.len() + 2;
            let skipped = std::mem::take(&mut self.skipping);
            if line.text == b"." && !skipped {
                ear.line(line.text);
                return Ok(true);
            }
            self.count += 1;
            self.check(limits)?;
            if !skipped && line.text.len() <= listing::MAX_LINE {
                self.listing.add(line.text);
                ear.line(line.text);
            } else {
                ear.hear(|| Heard::LongLine);
            }
        }
        // More than a line and its CR: the line is nonsense already, and is not stored.
        let waiting = input.rest().len();
        if self.skipping || waiting > listing::MAX_LINE + 1 {
            input.consume(waiting);
            self.octets += waiting;
            self.skipping = true;
        }
        self.check(limits)?;
        Ok(false)
    }

    pub(super) fn finish(self) -> Listing {
        self.listing
    }

    fn check(&self, limits: &Limits) -> Result<(), Error> {
        let octets = match self.listing {
            Listing::Capabilities(_) => limits.listing.min(capabilities::MAX_OCTETS),
            _ => limits.listing,
        };
        if self.octets > octets || self.count > limits.entries {
            return Err(Error::Limit("one listing"));
        }
        Ok(())
    }
}

impl Listing {
    fn add(&mut self, line: &[u8]) {
        match self {
            Self::List(list) => list.extend(ScanListing::parse(line)),
            Self::Uidl(list) => list.extend(UniqueIdListing::parse(line)),
            Self::Capabilities(can) => can.add(line),
        }
    }
}
