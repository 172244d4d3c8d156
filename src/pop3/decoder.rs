//! Makes answers of octets: cuts lines and messages within limits first, understands them second.

use super::body::Body;
use super::capabilities;
use super::input::{Input, LineEnd};
use super::listing;
use super::reply::Status;
use super::{
    Capabilities, DropListing, Error, Limits, Refusal, Reply, ScanListing, UniqueIdListing,
};

/// What an answer looks like, if it is `+OK`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// One line.
    Status,
    /// One line, or a challenge (RFC 5034).
    Sasl,
    /// One line with two numbers.
    Stat,
    /// Lines of [`ScanListing`].
    List,
    /// Lines of [`UniqueIdListing`].
    Uidl,
    /// Lines of [`Capabilities`].
    Capabilities,
    /// A message of about so many octets (0: not known).
    Message(u64),
}

/// One answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Reply(Reply),
    /// `+`: the server wants more.
    Challenge,
    Capabilities(Capabilities),
}

/// Makes answers of octets. Holds no more than what was received since it was last asked, one line,
/// and the answer that is arriving.
#[derive(Debug)]
pub(super) struct Decoder {
    limits: Limits,
    input: Input,
    /// Octets of empty lines since the last status line.
    empty: usize,
    /// LF for a server whose every status line so far ended in LF alone. One CRLF settles it for
    /// good: a mail cut short would go unseen, a mail without an end does not.
    line_end: LineEnd,
    status_lines: StatusLines,
    partial: Option<Partial>,
}

/// Whether [`Decoder::line_end`] is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum StatusLines {
    None,
    Some,
}

/// The part of a multi-line answer that is there.
#[derive(Debug)]
enum Partial {
    Lines(Lines),
    Message(Body),
}

#[derive(Debug)]
struct Lines {
    listing: Listing,
    octets: usize,
    count: usize,
    /// Passing over a line that is too long.
    skipping: bool,
}

#[derive(Debug)]
enum Listing {
    List(Vec<ScanListing>),
    Uidl(Vec<UniqueIdListing>),
    Capabilities(Capabilities),
}

impl Decoder {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            input: Input::default(),
            empty: 0,
            line_end: LineEnd::Lf,
            status_lines: StatusLines::None,
            partial: None,
        }
    }

    pub(super) fn receive(&mut self, octets: &[u8]) {
        self.input.push(octets);
    }

    /// Whether nothing at all waits to be used.
    pub(super) fn is_empty(&self) -> bool {
        self.input.rest().is_empty()
    }

    /// An error if octets wait while no command is open: they were sent before they could be an
    /// answer. Empty lines can be mistaken for none, and some servers send them.
    pub(super) fn refuse_unasked(&mut self) -> Result<(), Error> {
        self.skip_empty_lines()?;
        match self.input.rest() {
            [] | [b'\r'] => Ok(()),
            _ => Err(Error::Protocol("it answered though nothing was asked")),
        }
    }

    /// The next answer, if it is whole.
    pub(super) fn answer(&mut self, shape: Shape) -> Result<Option<Answer>, Error> {
        if self.partial.is_none() {
            match self.begin(shape)? {
                Begun::Not => return Ok(None),
                Begun::Whole(answer) => return Ok(Some(answer)),
                Begun::Partly(partial) => self.partial = Some(partial),
            }
        }
        let Some(mut partial) = self.partial.take() else {
            return Ok(None);
        };
        let ended = match &mut partial {
            Partial::Lines(lines) => lines.read(&mut self.input, &self.limits)?,
            Partial::Message(body) => {
                let absorbed = body.absorb(self.input.rest())?;
                self.input.consume(absorbed.used);
                absorbed.ended
            }
        };
        if !ended {
            self.partial = Some(partial);
            return Ok(None);
        }
        Ok(Some(partial.finish()))
    }

    /// Reads the status line.
    fn begin(&mut self, shape: Shape) -> Result<Begun, Error> {
        self.skip_empty_lines()?;
        // The first octet tells POP3 from TLS, HTTP or SMTP; there is no need to wait for a line.
        if !matches!(self.input.rest(), [] | [b'+' | b'-' | b'\r', ..]) {
            return Err(NO_STATUS);
        }
        let too_long = self.input.rest().len() > self.limits.line + 1;
        let Some(line) = self.input.take_line() else {
            return if too_long {
                Err(LONG_LINE)
            } else {
                Ok(Begun::Not)
            };
        };
        if line.text.len() > self.limits.line {
            return Err(LONG_LINE);
        }
        self.empty = 0;
        if self.status_lines == StatusLines::None || line.end == LineEnd::CrLf {
            self.line_end = line.end;
        }
        self.status_lines = StatusLines::Some;
        let text = match Status::parse(line.text).ok_or(NO_STATUS)? {
            Status::Ok(text) => text,
            Status::Err(text) => {
                return Ok(Begun::Whole(Answer::Reply(Reply::Refused(Refusal::parse(
                    text,
                )))));
            }
            Status::Challenge if shape == Shape::Sasl => {
                return Ok(Begun::Whole(Answer::Challenge));
            }
            Status::Challenge => return Err(Error::Protocol("it sent a challenge to no AUTH")),
        };
        Ok(match shape {
            Shape::Status | Shape::Sasl => Begun::Whole(Answer::Reply(Reply::Done)),
            Shape::Stat => Begun::Whole(Answer::Reply(Reply::Stat(DropListing::parse(text)))),
            Shape::List => Begun::lines(Listing::List(Vec::new())),
            Shape::Uidl => Begun::lines(Listing::Uidl(Vec::new())),
            Shape::Capabilities => Begun::lines(Listing::Capabilities(Capabilities {
                known: true,
                ..Capabilities::default()
            })),
            Shape::Message(expect) => Begun::Partly(Partial::Message(Body::new(
                self.line_end,
                expect,
                &self.limits,
            ))),
        })
    }

    /// Passes over empty lines before a status line (outlook.office365.com sends them), but not for ever.
    fn skip_empty_lines(&mut self) -> Result<(), Error> {
        self.empty += self.input.skip_empty_lines();
        if self.empty > self.limits.line {
            return Err(Error::Limit("empty lines"));
        }
        Ok(())
    }
}

const NO_STATUS: Error = Error::Protocol("an answer began with neither +OK nor -ERR");
const LONG_LINE: Error = Error::Limit("one status line");

/// How an answer begins.
enum Begun {
    Not,
    Whole(Answer),
    Partly(Partial),
}

impl Begun {
    fn lines(listing: Listing) -> Self {
        Self::Partly(Partial::Lines(Lines {
            listing,
            octets: 0,
            count: 0,
            skipping: false,
        }))
    }
}

impl Partial {
    fn finish(self) -> Answer {
        match self {
            Self::Message(body) => {
                Answer::Reply(body.finish().map_or(Reply::TooLarge, Reply::Message))
            }
            Self::Lines(lines) => match lines.listing {
                Listing::List(list) => Answer::Reply(Reply::List(list)),
                Listing::Uidl(list) => Answer::Reply(Reply::Uidl(list)),
                Listing::Capabilities(can) => Answer::Capabilities(can),
            },
        }
    }
}

impl Lines {
    /// Reads as many lines as there are. `true` at the final dot.
    fn read(&mut self, input: &mut Input, limits: &Limits) -> Result<bool, Error> {
        while let Some(line) = input.take_line() {
            self.octets += line.text.len() + 2;
            let skipped = std::mem::take(&mut self.skipping);
            if line.text == b"." && !skipped {
                return Ok(true);
            }
            self.count += 1;
            self.check(limits)?;
            if !skipped && line.text.len() <= listing::MAX_LINE {
                self.listing.add(line.text);
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
