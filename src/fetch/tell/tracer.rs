//! What of one session goes into the trace, and what does not: no secret, no mail, no listing without end.

use crate::mail::SafeText;
use crate::mail::words;
use crate::pop3::{Heard, Outgoing};

use crate::fetch::tell::foreign::Quote;
use crate::fetch::tell::trace::{Trace, Voice};
use crate::fetch::tell::trouble::Trouble;

/// Lines of one listing that are written down. The others are only counted.
const LISTING: usize = 1_000;

/// Writes down one session.
pub(in crate::fetch) struct Tracer {
    trace: Trace,
    account: SafeText,
    quote: Quote,
    /// Lines of the listing that is arriving.
    listed: usize,
    over: bool,
}

impl Tracer {
    /// `quote` knows the secrets of the account.
    pub(in crate::fetch) fn new(trace: Trace, account: &str, quote: Quote) -> Self {
        Self {
            trace,
            account: SafeText::new(account),
            quote,
            listed: 0,
            over: false,
        }
    }

    /// What happens to the line.
    pub(in crate::fetch) fn remark(&self, text: &str) {
        self.write(&[(Voice::Remark, SafeText::new(text))]);
    }

    /// What is sent.
    pub(in crate::fetch) fn said(&self, octets: &Outgoing) {
        let line = |line: String| (Voice::Client, self.quote.blank(line.as_bytes()));
        let lines: Vec<_> = octets.shown().into_iter().map(line).collect();
        self.write(&lines);
    }

    /// What was received.
    pub(in crate::fetch) fn heard(&mut self, all: &[Heard]) {
        let mut lines = Vec::new();
        for heard in all {
            self.hear(heard, &mut lines);
        }
        let line = |line| (Voice::Server, line);
        let lines: Vec<_> = lines.into_iter().map(line).collect();
        self.write(&lines);
    }

    /// The session ended early. Told once, however often it is asked.
    pub(in crate::fetch) fn ended(&mut self, unanswered: Option<&Heard>, trouble: &Trouble) {
        if std::mem::replace(&mut self.over, true) {
            return;
        }
        self.heard(unanswered.map_or(&[], std::slice::from_ref));
        self.remark(&trouble.to_string());
    }

    fn hear(&mut self, heard: &Heard, out: &mut Vec<SafeText>) {
        match heard {
            // What a mechanism asks can be as telling as the answer: with both, passwords can be tried out elsewhere.
            Heard::Status(line) if line.starts_with(b"+ ") => out.push(SafeText::new("+ ********")),
            Heard::Status(line) => {
                self.listed = 0;
                out.push(self.quote.blank(line));
            }
            Heard::Line(line) => self.line(line, out),
            Heard::LongLine => out.push(SafeText::new("[a line that is too long to be one]")),
            Heard::Mail(octets) => out.push(counted(*octets, "of mail")),
            Heard::PartOfMail(octets) => out.push(counted(*octets, "of mail without an end")),
            Heard::Waiting(octets, all) => {
                out.push(self.quote.blank(octets));
                out.push(counted(*all as u64, "that are no whole answer"));
            }
        }
    }

    fn line(&mut self, line: &[u8], out: &mut Vec<SafeText>) {
        let ends = line == b".";
        let more = self.listed.saturating_sub(LISTING);
        if ends && more > 0 {
            let more = words::grouped(more as u64);
            out.push(SafeText::new(&format!("[and {more} more lines]")));
        }
        self.listed += 1;
        if ends || self.listed <= LISTING {
            out.push(self.quote.blank(line));
        }
    }

    fn write(&self, lines: &[(Voice, SafeText)]) {
        if !lines.is_empty() {
            self.trace.write(&self.account, lines);
        }
    }
}

fn counted(octets: u64, what: &str) -> SafeText {
    SafeText::new(&format!("[{} octets {what}]", words::grouped(octets)))
}
