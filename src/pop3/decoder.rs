//! Makes answers of octets: cuts lines and messages within limits first, understands them second.

use super::body::Body;
use super::heard::{Ear, Heard};
use super::input::{Input, LineEnd};
use super::lines::{Lines, Listing};
use super::reply::Status;
use super::{Capabilities, Error, Limits, Refusal, Reply};

/// What an answer looks like, if it is `+OK`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// One line.
    Status,
    /// One line, of which all is kept.
    Greeting,
    /// One line, or a challenge (RFC 5034).
    Sasl,
    /// Lines of LIST.
    List,
    /// Lines of UIDL.
    Uidl,
    /// Lines of CAPA.
    Capabilities,
    /// A message of about so many octets (0: not known).
    Message(u64),
}

/// One answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Reply(Reply),
    /// What follows `+OK` in the greeting: foreign.
    Greeting(Vec<u8>),
    /// `+`: the server wants more. As sent: foreign.
    Challenge(Vec<u8>),
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
    /// How status lines ended so far. LF for a server whose every one ended in LF alone; one CRLF
    /// settles it for good: a mail cut short would go unseen, a mail without an end does not.
    line_end: Option<LineEnd>,
    partial: Option<Partial>,
    pub(super) ear: Ear,
}

/// The part of a multi-line answer that is there.
#[derive(Debug)]
enum Partial {
    Lines(Lines),
    Message(Body),
}

impl Decoder {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            ear: Ear::default(),
            limits,
            input: Input::default(),
            empty: 0,
            line_end: None,
            partial: None,
        }
    }

    pub(super) fn receive(&mut self, octets: &[u8]) {
        self.input.push(octets);
    }

    /// What came and was not understood as an answer, or not yet.
    pub(super) fn unanswered(&self) -> Option<Heard> {
        match &self.partial {
            Some(Partial::Message(body)) => Some(Heard::PartOfMail(body.length())),
            _ if self.is_empty() => None,
            _ => Some(Heard::waiting(self.input.rest())),
        }
    }

    /// Whether a message is arriving that seems to be over, though its end is not the one that POP3 has.
    pub(super) fn seems_over(&self) -> bool {
        matches!(&self.partial, Some(Partial::Message(body)) if body.seems_over())
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
            Partial::Lines(lines) => lines.read(&mut self.input, &self.limits, &mut self.ear)?,
            Partial::Message(body) => {
                let absorbed = body.absorb(self.input.rest())?;
                self.input.consume(absorbed.used);
                if absorbed.ended {
                    self.ear.hear(|| Heard::Mail(body.length()));
                }
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
        self.ear.status(line.text);
        self.empty = 0;
        let line_end = match self.line_end {
            Some(LineEnd::CrLf) => LineEnd::CrLf,
            Some(LineEnd::Lf) | None => line.end,
        };
        self.line_end = Some(line_end);
        match Status::parse(line.text).ok_or(NO_STATUS)? {
            Status::Ok(text) => Ok(Begun::ok(text, shape, line_end, &self.limits)),
            Status::Err(text) => Ok(Begun::reply(Reply::Refused(Refusal::parse(text)))),
            Status::Challenge(text) if shape == Shape::Sasl => {
                Ok(Begun::Whole(Answer::Challenge(text.to_vec())))
            }
            Status::Challenge(_) => Err(Error::Protocol("it sent a challenge to no AUTH")),
        }
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
    /// What follows from `+OK text`.
    fn ok(text: &[u8], shape: Shape, line_end: LineEnd, limits: &Limits) -> Self {
        match shape {
            Shape::Greeting => Self::Whole(Answer::Greeting(text.to_vec())),
            Shape::Status | Shape::Sasl => Self::reply(Reply::Done),
            Shape::List => Self::lines(Listing::List(Vec::new())),
            Shape::Uidl => Self::lines(Listing::Uidl(Vec::new())),
            Shape::Capabilities => Self::lines(Listing::Capabilities(Capabilities {
                known: true,
                ..Capabilities::default()
            })),
            Shape::Message(expect) => {
                Self::Partly(Partial::Message(Body::new(line_end, expect, limits)))
            }
        }
    }

    fn reply(reply: Reply) -> Self {
        Self::Whole(Answer::Reply(reply))
    }

    fn lines(listing: Listing) -> Self {
        Self::Partly(Partial::Lines(Lines::new(listing)))
    }
}

impl Partial {
    fn finish(self) -> Answer {
        match self {
            Self::Message(body) => {
                Answer::Reply(body.finish().map_or_else(Reply::TooLarge, Reply::Message))
            }
            Self::Lines(lines) => match lines.finish() {
                Listing::List(list) => Answer::Reply(Reply::List(list)),
                Listing::Uidl(list) => Answer::Reply(Reply::Uidl(list)),
                Listing::Capabilities(can) => Answer::Capabilities(can),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoder() -> Decoder {
        Decoder::new(Limits::default())
    }

    #[test]
    fn empty_lines_before_a_status_are_passed_over_but_not_for_ever() {
        let mut decoder = decoder();
        decoder.receive(b"\r\n\n\r");
        assert_eq!(decoder.answer(Shape::Status), Ok(None));
        decoder.receive(b"\n+OK\r\n");
        let done = Some(Answer::Reply(Reply::Done));
        assert_eq!(decoder.answer(Shape::Status), Ok(done));
        decoder.receive(&b"\r\n".repeat(5000));
        assert_eq!(decoder.refuse_unasked(), Err(Error::Limit("empty lines")));
    }

    #[test]
    fn one_status_line_with_crlf_settles_how_messages_end() {
        let message = |greeting: &[u8]| {
            let mut decoder = decoder();
            decoder.receive(greeting);
            assert!(decoder.answer(Shape::Status)?.is_some());
            decoder.receive(b"+OK\nx\n.\n");
            decoder.answer(Shape::Message(0))
        };
        let whole = Answer::Reply(Reply::Message(b"x\n".to_vec()));
        assert_eq!(message(b"+OK\n"), Ok(Some(whole)));
        assert_eq!(message(b"+OK\r\n"), Ok(None));
    }

    #[test]
    fn a_line_of_a_listing_that_never_ends_is_not_held() {
        let mut decoder = decoder();
        decoder.receive(b"+OK\r\n");
        for _ in 0..1000 {
            decoder.receive(&[b'1'; 10_000]);
            assert_eq!(decoder.answer(Shape::Uidl), Ok(None));
            assert!(decoder.is_empty());
        }
        decoder.receive(b"\r\n.\r\n");
        let nothing = Answer::Reply(Reply::Uidl(Vec::new()));
        assert_eq!(decoder.answer(Shape::Uidl), Ok(Some(nothing)));
    }

    #[test]
    fn the_octets_of_a_listing_are_bounded() {
        let over = |shape, octets: usize| {
            let mut decoder = decoder();
            decoder.receive(b"+OK\r\n");
            let line = [vec![b'x'; 998], b"\r\n".to_vec()].concat();
            for _ in 0..octets / 1000 {
                decoder.receive(&line);
                decoder.answer(shape)?;
            }
            Ok(())
        };
        assert_eq!(over(Shape::Capabilities, 60_000), Ok(()));
        assert_eq!(
            over(Shape::Capabilities, 70_000),
            Err(Error::Limit("one listing"))
        );
        assert_eq!(
            over(Shape::List, 68_000_000),
            Err(Error::Limit("one listing"))
        );
    }

    #[test]
    fn a_challenge_answers_nothing_but_auth() {
        for shape in [Shape::Status, Shape::List, Shape::Message(0)] {
            let mut decoder = decoder();
            decoder.receive(b"+ \r\n");
            let refused = decoder.answer(shape);
            assert!(matches!(refused, Err(Error::Protocol(_))), "{refused:?}");
        }
    }
}
