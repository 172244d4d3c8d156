//! One POP3 session of the sample server, without a socket: a command line in, an answer out (RFC 1939, 2449, 5034).

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::maildrop::{Mail, Maildrop, Opened};

/// Who may sign in.
#[derive(Debug, Clone)]
pub struct Login {
    /// The name.
    pub user: String,
    /// The password. It guards sample mail only, so it is neither wiped nor hidden.
    pub password: String,
}

/// What the server does after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Waits for the next line.
    Listen,
    /// Closes the line.
    Hang,
}

/// The server's side of a session.
#[derive(Debug)]
pub(super) struct Session {
    maildrop: Arc<Maildrop>,
    login: Login,
    state: State,
}

#[derive(Debug)]
enum State {
    Authorization {
        user: Option<String>,
    },
    /// `AUTH PLAIN` came without initial response: the next line is base64, not a command.
    Sasl,
    Transaction(Transaction),
}

#[derive(Debug)]
struct Transaction {
    opened: Opened,
    deleted: Vec<bool>,
}

/// The text behind `-ERR`.
type Refusal = &'static str;

const OUT_OF_PLACE: Refusal = "that is not for now";
const NO_SUCH_MESSAGE: Refusal = "no such message";
const CAPABILITIES: &str = "TOP\r\nUIDL\r\nUSER\r\nSASL PLAIN\r\nPIPELINING\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\n\
                            EXPIRE NEVER\r\nIMPLEMENTATION poptui-sample\r\n";

impl Session {
    pub(super) fn new(maildrop: Arc<Maildrop>, login: Login) -> Self {
        Self {
            maildrop,
            login,
            state: State::Authorization { user: None },
        }
    }

    pub(super) fn greet(out: &mut Vec<u8>) {
        say(out, "+OK sample mail, served from inside poptui");
    }

    /// Answers one line (without its line end) into `out`.
    pub(super) fn answer(&mut self, line: &[u8], out: &mut Vec<u8>) -> Next {
        let Ok(line) = std::str::from_utf8(line) else {
            say(out, "-ERR that is not UTF-8");
            return Next::Listen;
        };
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        let verb = verb.to_ascii_uppercase();
        if verb == "QUIT" && !matches!(self.state, State::Sasl) {
            self.update();
            say(out, "+OK fair winds");
            return Next::Hang;
        }
        if let Err(refusal) = self.obey(&verb, rest, line, out) {
            say(out, &format!("-ERR {refusal}"));
        }
        Next::Listen
    }

    fn obey(
        &mut self,
        verb: &str,
        rest: &str,
        line: &str,
        out: &mut Vec<u8>,
    ) -> Result<(), Refusal> {
        match (&mut self.state, verb) {
            (State::Sasl, _) => self.sign_in_plain(line, out),
            (_, "CAPA") => {
                say(out, "+OK what I can do");
                out.extend_from_slice(CAPABILITIES.as_bytes());
                end(out);
                Ok(())
            }
            (State::Transaction(transaction), _) => transaction.obey(verb, rest, out),
            (State::Authorization { user }, "USER") => {
                *user = Some(rest.to_owned());
                say(out, "+OK and the password?");
                Ok(())
            }
            (State::Authorization { user }, "PASS") => {
                let user = user.take().ok_or("USER comes first")?;
                self.sign_in(&user, rest, out)
            }
            (State::Authorization { .. }, "AUTH") => self.authenticate(rest, out),
            _ => Err(OUT_OF_PLACE),
        }
    }

    /// RFC 5034: `AUTH PLAIN`, with or without initial response.
    fn authenticate(&mut self, rest: &str, out: &mut Vec<u8>) -> Result<(), Refusal> {
        let (mechanism, initial) = rest.split_once(' ').unwrap_or((rest, ""));
        if !mechanism.eq_ignore_ascii_case("PLAIN") {
            return Err("only PLAIN is spoken here");
        }
        if !initial.is_empty() {
            return self.sign_in_plain(initial, out);
        }
        self.state = State::Sasl;
        out.extend_from_slice(b"+ \r\n");
        Ok(())
    }

    /// RFC 4616: authorization identity NUL name NUL password, in base64.
    fn sign_in_plain(&mut self, response: &str, out: &mut Vec<u8>) -> Result<(), Refusal> {
        self.state = State::Authorization { user: None };
        if response == "*" {
            return Err("cancelled, as you wish");
        }
        let octets = STANDARD
            .decode(response)
            .map_err(|_| "that is not base64")?;
        let text = String::from_utf8(octets).map_err(|_| "that is not UTF-8")?;
        let mut fields = text.split('\0').skip(1);
        match (fields.next(), fields.next(), fields.next()) {
            (Some(user), Some(password), None) => self.sign_in(user, password, out),
            _ => Err("that is not a PLAIN response"),
        }
    }

    fn sign_in(&mut self, user: &str, password: &str, out: &mut Vec<u8>) -> Result<(), Refusal> {
        if user != self.login.user || password != self.login.password {
            return Err("[AUTH] wrong name or password");
        }
        let opened = self
            .maildrop
            .open()
            .ok_or("[IN-USE] another session has the maildrop open")?;
        say(out, &format!("+OK {} messages", opened.mails.len()));
        self.state = State::Transaction(Transaction {
            deleted: vec![false; opened.mails.len()],
            opened,
        });
        Ok(())
    }

    /// What DELE marked goes, and the lock is given back before the answer to QUIT: who reads that answer and comes
    /// again at once finds the maildrop open.
    fn update(&mut self) {
        let state = std::mem::replace(&mut self.state, State::Authorization { user: None });
        if let State::Transaction(transaction) = state {
            transaction.update();
        }
    }
}

impl Transaction {
    fn obey(&mut self, verb: &str, rest: &str, out: &mut Vec<u8>) -> Result<(), Refusal> {
        match verb {
            "NOOP" => say(out, "+OK"),
            "RSET" => {
                self.deleted.fill(false);
                say(out, "+OK nothing is marked any more");
            }
            "STAT" => {
                let (count, octets) = self
                    .present()
                    .fold((0, 0), |(n, sum), (_, mail)| (n + 1, sum + mail.size));
                say(out, &format!("+OK {count} {octets}"));
            }
            "LIST" => self.list(rest, out, |mail| mail.size.to_string())?,
            "UIDL" => self.list(rest, out, |mail| mail.unique_id.clone())?,
            "RETR" => {
                let (_, mail) = self.message(rest)?;
                say(out, &format!("+OK {} octets", mail.size));
                out.extend_from_slice(&mail.wire);
            }
            "TOP" => {
                let (number, lines) = rest.split_once(' ').ok_or("TOP takes two numbers")?;
                let lines = lines.trim().parse().map_err(|_| "TOP takes two numbers")?;
                let (_, mail) = self.message(number)?;
                say(out, "+OK the top of it");
                out.extend_from_slice(mail.top(lines));
                end(out);
            }
            "DELE" => {
                let (index, _) = self.message(rest)?;
                self.deleted[index] = true;
                say(out, "+OK marked");
            }
            _ => return Err(OUT_OF_PLACE),
        }
        Ok(())
    }

    fn list(
        &self,
        rest: &str,
        out: &mut Vec<u8>,
        tell: impl Fn(&Mail) -> String,
    ) -> Result<(), Refusal> {
        if !rest.trim().is_empty() {
            let (index, mail) = self.message(rest)?;
            say(out, &format!("+OK {} {}", index + 1, tell(mail)));
            return Ok(());
        }
        say(out, "+OK here they are");
        for (index, mail) in self.present() {
            say(out, &format!("{} {}", index + 1, tell(mail)));
        }
        end(out);
        Ok(())
    }

    /// The mail with that message number, unless it is marked.
    fn message(&self, number: &str) -> Result<(usize, &Mail), Refusal> {
        let number: usize = number
            .trim()
            .parse()
            .map_err(|_| "that is not a message number")?;
        let index = number.checked_sub(1).ok_or(NO_SUCH_MESSAGE)?;
        match self.deleted.get(index) {
            Some(false) => Ok((index, &self.opened.mails[index])),
            _ => Err(NO_SUCH_MESSAGE),
        }
    }

    fn present(&self) -> impl Iterator<Item = (usize, &Mail)> {
        let all = self.opened.mails.iter().map(|mail| &**mail).enumerate();
        all.filter(|&(index, _)| !self.deleted[index])
    }

    fn update(self) {
        let mails = self.opened.mails.iter().zip(&self.deleted);
        let marked: std::collections::HashSet<_> = mails
            .filter(|(_, deleted)| **deleted)
            .map(|(mail, _)| Arc::as_ptr(mail))
            .collect();
        if !marked.is_empty() {
            self.opened
                .remove(|mail| marked.contains(&Arc::as_ptr(mail)));
        }
    }
}

fn say(out: &mut Vec<u8>, line: &str) {
    out.extend_from_slice(line.as_bytes());
    out.extend_from_slice(b"\r\n");
}

fn end(out: &mut Vec<u8>) {
    out.extend_from_slice(b".\r\n");
}

#[cfg(test)]
mod tests;
