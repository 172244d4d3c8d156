//! A POP3 server as the world has them: its faults are thrown by dice, its maildrop lasts, and it remembers the truth.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use poptui::config::Account;
use poptui::fetch::{Connect, Error, Line, Protection};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::io::{BufReader, DuplexStream};
use tokio::sync::Notify;

use super::dice::Dice;
use super::maildrop::{stuffed, top};

/// A mail that is in the maildrop.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    /// Which of all mails there ever were: two of one unique-id, or of the same octets, are two.
    pub(crate) instance: usize,
    pub(crate) uid: String,
    pub(crate) octets: Arc<[u8]>,
    pub(crate) listed: u64,
}

/// What kind of server it is, apart from its faults.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manners {
    pub(crate) capa: Capa,
    pub(crate) pipelining: Pipelining,
    pub(crate) uidl: bool,
    /// Some servers delete what was marked when the line drops, against RFC 1939, section 6.
    pub(crate) deletes_on_drop: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Capa {
    Answered,
    Refused,
    Closes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pipelining {
    NotAnnounced,
    Kept,
    /// Announced, but a command that waits behind another ends the session.
    ClosesWhenUsed,
    /// Announced, but what waits behind a RETR is now and then forgotten.
    Forgets,
}

/// When the client is struck down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strike {
    /// Its last command is lost on the way.
    Unheard,
    /// Its last command is carried out.
    Heard,
}

impl Manners {
    /// In order in every point.
    pub(crate) const GOOD: Self = Self {
        capa: Capa::Answered,
        pipelining: Pipelining::Kept,
        uidl: true,
        deletes_on_drop: false,
    };

    pub(crate) fn thrown(mut dice: Dice) -> Self {
        use Pipelining::{ClosesWhenUsed, Forgets, Kept, NotAnnounced};
        Self {
            capa: match dice.below(12) {
                0 => Capa::Refused,
                1 => Capa::Closes,
                _ => Capa::Answered,
            },
            pipelining: dice.pick(&[
                Kept,
                Kept,
                Kept,
                Kept,
                NotAnnounced,
                ClosesWhenUsed,
                Forgets,
            ]),
            uidl: !dice.one_in(12),
            deletes_on_drop: dice.one_in(8),
        }
    }
}

/// The server. Clones are the same server.
#[derive(Clone)]
pub(crate) struct ModelServer {
    dice: Dice,
    state: Arc<Mutex<State>>,
    /// Rings when the client is to be struck down.
    pub(crate) strike: Arc<Notify>,
}

pub(crate) struct State {
    pub(crate) mails: Vec<Kept>,
    /// The octets of all mails there ever were, by instance.
    pub(crate) ever: Vec<Arc<[u8]>>,
    /// The instances that were deleted because the client asked.
    pub(crate) deleted: Vec<usize>,
    pub(crate) manners: Manners,
    /// One reply in so many goes wrong; 0: none.
    pub(crate) fault_in: usize,
    /// After so many more commands the client is struck down.
    pub(crate) strike_after: Option<(usize, Strike)>,
    /// What was said and done, for the one who looks into a failure.
    pub(crate) log: Vec<String>,
    /// How often which fault struck.
    pub(crate) struck: BTreeMap<&'static str, usize>,
    sessions: u64,
    open: usize,
}

impl ModelServer {
    pub(crate) fn new(dice: Dice) -> Self {
        let state = State {
            mails: Vec::new(),
            ever: Vec::new(),
            deleted: Vec::new(),
            manners: Manners::GOOD,
            fault_in: 0,
            strike_after: None,
            log: Vec::new(),
            struck: BTreeMap::new(),
            sessions: 0,
            open: 0,
        };
        Self {
            dice,
            state: Arc::new(Mutex::new(state)),
            strike: Arc::default(),
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        // A check that fails may hold this: its story is still to be told.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the server has noticed that the client is gone.
    pub(crate) async fn settle(&self) {
        while self.state().open > 0 {
            tokio::task::yield_now().await;
        }
    }
}

impl State {
    /// A mail arrives, last in the maildrop.
    pub(crate) fn deliver(&mut self, uid: String, octets: Arc<[u8]>, listed: u64) {
        let instance = self.ever.len();
        self.log.push(format!(
            "arrives: {instance} as {uid:?}, {} octets, listed {listed}",
            octets.len()
        ));
        self.ever.push(Arc::clone(&octets));
        self.mails.push(Kept {
            instance,
            uid,
            octets,
            listed,
        });
    }

    fn fault(&mut self, name: &'static str) {
        *self.struck.entry(name).or_default() += 1;
        self.log.push(format!("      fault: {name}"));
    }

    fn remove(&mut self, marked: &[Kept]) {
        for gone in marked {
            let before = self.mails.len();
            self.mails.retain(|mail| mail.instance != gone.instance);
            if self.mails.len() < before {
                self.log.push(format!("      deleted: {}", gone.instance));
                self.deleted.push(gone.instance);
            }
        }
    }
}

impl Connect for ModelServer {
    async fn connect(&self, _account: &Account) -> Result<Line, Error> {
        let (here, there) = tokio::io::duplex(4096);
        let mut state = self.state();
        state.sessions += 1;
        state.open += 1;
        let number = state.sessions;
        state.log.push(format!("session {number}"));
        let mut session = Session {
            stream: BufReader::new(there),
            server: self.clone(),
            numbered: state.mails.clone(),
            marked: Vec::new(),
            number,
            step: 0,
            manners: state.manners,
            fault_in: state.fault_in,
        };
        drop(state);
        tokio::spawn(async move {
            // Whatever ends the line ends the session.
            let _ = session.run().await;
            let mut state = session.server.state();
            if session.manners.deletes_on_drop {
                state.remove(&session.marked);
            }
            state.open -= 1;
        });
        Ok(Line {
            stream: Box::new(here),
            protection: Protection::Closed,
        })
    }
}

struct Session {
    stream: BufReader<DuplexStream>,
    server: ModelServer,
    /// The mails by message-number, as they were when the session began.
    numbered: Vec<Kept>,
    marked: Vec<Kept>,
    number: u64,
    step: u64,
    manners: Manners,
    fault_in: usize,
}

/// An answer, and whether the session is over with it.
struct Answer(Vec<u8>, Then);

#[derive(PartialEq, Eq)]
enum Then {
    GoOn,
    End,
}

fn go_on(octets: impl Into<Vec<u8>>) -> Answer {
    Answer(octets.into(), Then::GoOn)
}

const NOISE: &[&[u8]] = &[
    b"\r\n",
    b"+OK\r\n",
    b"-ERR [SYS/TEMP] noise\r\n",
    b"\x1b[2Jgarbage \0\xff\r\n",
    b"* OK hello\r\n",
    b".\r\n",
];

const REFUSALS: &[&[u8]] = &[
    b"-ERR\r\n",
    b"-ERR [SYS/TEMP] try later\r\n",
    b"-ERR [SYS/PERM] never\r\n",
    b"-ERR [IN-USE] locked\r\n",
    b"-ERR [LOGIN-DELAY] too soon\r\n",
];

const UIDL_LIES: [&str; 4] = [
    "UIDL empty",
    "UIDL halved",
    "UIDL noisy",
    "UIDL contradicts itself",
];
pub(crate) const LIST_LIES: [&str; 4] = [
    "LIST empty",
    "LIST halved",
    "LIST noisy",
    "LIST contradicts itself",
];

impl Session {
    async fn run(&mut self) -> io::Result<()> {
        self.say(go_on("+OK ready\r\n")).await?;
        loop {
            let mut line = String::new();
            if self.stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            self.step += 1;
            let command = line.trim_end();
            if self.heard(command) {
                return Ok(());
            }
            let answer = self.answer(command);
            self.say(answer).await?;
            self.spoil_the_pipeline(command)?;
        }
    }

    /// Notes a command; whether it was lost after all, because the client is struck down with it.
    fn heard(&mut self, command: &str) -> bool {
        let mut state = self.server.state();
        state.log.push(format!("   {command}"));
        match state.strike_after {
            Some((0, strike)) => {
                state.strike_after = None;
                state
                    .log
                    .push(format!("      the client is struck down: {strike:?}"));
                self.server.strike.notify_one();
                strike == Strike::Unheard
            }
            Some((left, strike)) => {
                state.strike_after = Some((left - 1, strike));
                false
            }
            None => false,
        }
    }

    fn answer(&mut self, command: &str) -> Answer {
        let mut words = command.split(' ');
        let verb = words.next().unwrap_or_default();
        let mut numbers = words.map(|word| word.parse::<usize>().ok());
        let number = numbers.next().flatten();
        let faulty = self.dice("err").one_in(self.fault_in * 4);
        if faulty && verb != "QUIT" {
            self.fault("refusal");
            return go_on(self.dice("refusal").pick(REFUSALS));
        }
        match verb {
            "CAPA" => self.capa(),
            "UIDL" if !self.manners.uidl => go_on("-ERR what?\r\n"),
            "UIDL" => self.listing(UIDL_LIES, |mail| mail.uid.clone()),
            "LIST" => self.listing(LIST_LIES, |mail| mail.listed.to_string()),
            "RETR" => self.retr(number),
            "TOP" => self.top(number, numbers.next().flatten().unwrap_or(0)),
            "DELE" => self.dele(number),
            "QUIT" => self.quit(),
            "STAT" => go_on(format!("+OK {} 1\r\n", self.numbered.len())),
            "AUTH" | "USER" | "PASS" | "NOOP" | "RSET" => go_on("+OK\r\n"),
            _ => go_on("-ERR what?\r\n"),
        }
    }

    fn capa(&self) -> Answer {
        match self.manners.capa {
            Capa::Closes => return Answer(Vec::new(), Then::End),
            Capa::Refused => return go_on("-ERR what?\r\n"),
            Capa::Answered => {}
        }
        let mut said = "+OK\r\nUSER\r\nSASL PLAIN\r\nTOP\r\n".to_owned();
        if self.manners.uidl {
            said += "UIDL\r\n";
        }
        if self.manners.pipelining != Pipelining::NotAnnounced {
            said += "PIPELINING\r\n";
        }
        go_on(said + ".\r\n")
    }

    fn listing(&mut self, lies: [&'static str; 4], value: impl Fn(&Kept) -> String) -> Answer {
        let mut dice = self.dice(lies[0]);
        let lie = dice.one_in(self.fault_in).then(|| dice.below(4));
        let mut said = "+OK\r\n".to_owned();
        for (index, mail) in self.numbered.iter().enumerate() {
            let hidden = match lie {
                Some(0) => true,
                Some(1) => index % 2 == 0,
                _ => false,
            };
            if !hidden
                && !self
                    .marked
                    .iter()
                    .any(|gone| gone.instance == mail.instance)
            {
                let _ = write!(said, "{} {}\r\n", index + 1, value(mail));
            }
            if lie == Some(2) {
                said += "0 zero\r\n-1 less\r\n99999999999999999999 9\r\nnoise\r\n";
            }
            if lie == Some(3) && index == 0 {
                said += "1 1\r\n";
            }
        }
        if let Some(lie) = lie {
            self.fault(lies[lie]);
        }
        go_on(said + ".\r\n")
    }

    fn retr(&mut self, number: Option<usize>) -> Answer {
        let Some(mail) = self.numbered(number) else {
            return go_on("-ERR no such message\r\n");
        };
        let whole = stuffed(&mail.octets);
        let mut dice = self.dice("retr");
        if !dice.one_in(self.fault_in) {
            return go_on([b"+OK\r\n", whole.as_slice()].concat());
        }
        let half = mail.octets.len() / 2;
        let (name, body) = match dice.below(6) {
            0 => ("body short", stuffed(&mail.octets[..half])),
            1 => ("body empty", b".\r\n".to_vec()),
            2 => ("dots not stuffed", [&mail.octets[..], b".\r\n"].concat()),
            3 => {
                let open = whole.strip_suffix(b"\r\n.\r\n").unwrap_or(&whole);
                ("line end missing before the dot", [open, b".\r\n"].concat())
            }
            4 => (
                "noise in the body",
                [b"-ERR [SYS/TEMP] noise\r\n", whole.as_slice()].concat(),
            ),
            _ => (
                "body too long",
                [b"one line more\r\n", whole.as_slice()].concat(),
            ),
        };
        self.fault(name);
        go_on([b"+OK\r\n", body.as_slice()].concat())
    }

    fn top(&self, number: Option<usize>, lines: usize) -> Answer {
        let Some(mail) = self.numbered(number) else {
            return go_on("-ERR no such message\r\n");
        };
        let octets = top(&mail.octets, lines);
        go_on([b"+OK\r\n", stuffed(&octets).as_slice()].concat())
    }

    fn dele(&mut self, number: Option<usize>) -> Answer {
        let Some(mail) = self.numbered(number) else {
            return go_on("-ERR no such message\r\n");
        };
        let mut dice = self.dice("dele");
        if !dice.one_in(self.fault_in) {
            self.marked.push(mail);
            return go_on("+OK\r\n");
        }
        if dice.one_in(2) {
            self.fault("DELE without effect");
            return go_on("+OK\r\n");
        }
        self.marked.push(mail);
        self.fault("DELE refused, yet done");
        go_on("-ERR what?\r\n")
    }

    /// UPDATE state.
    fn quit(&mut self) -> Answer {
        let marked = std::mem::take(&mut self.marked);
        let mut dice = self.dice("quit");
        let fault = if dice.one_in(self.fault_in) {
            dice.below(5)
        } else {
            5
        };
        let (name, done, said): (_, _, &[u8]) = match fault {
            0 => ("QUIT refused", 0, b"-ERR some were not removed\r\n"),
            1 => ("QUIT refused, yet done", marked.len(), b"-ERR what?\r\n"),
            2 => ("QUIT done, answer lost", marked.len(), b""),
            3 => ("QUIT closes before it is done", 0, b""),
            4 => ("QUIT done in half", marked.len() / 2, b"+OK bye\r\n"),
            _ => ("", marked.len(), b"+OK bye\r\n"),
        };
        if !name.is_empty() {
            self.fault(name);
        }
        self.server.state().remove(&marked[..done]);
        Answer(said.to_vec(), Then::End)
    }

    fn numbered(&self, number: Option<usize>) -> Option<Kept> {
        let mail = self.numbered.get(number?.checked_sub(1)?)?;
        let is_marked = self
            .marked
            .iter()
            .any(|gone| gone.instance == mail.instance);
        (!is_marked).then(|| mail.clone())
    }

    /// Sends an answer, or what the dice make of it.
    async fn say(&mut self, Answer(octets, then): Answer) -> io::Result<()> {
        let mut dice = self.dice("say");
        if dice.one_in(self.fault_in * 2) {
            let noise = dice.pick(NOISE);
            self.fault("noise before an answer");
            self.stream.write_all(noise).await?;
        }
        if dice.one_in(self.fault_in * 2) {
            let cut = dice.below(octets.len() + 1);
            self.stream.write_all(&octets[..cut]).await?;
            if dice.one_in(16) {
                self.fault("silence");
                return self.fall_silent().await;
            }
            self.fault("line dropped");
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        self.stream.write_all(&octets).await?;
        if then == Then::End {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        Ok(())
    }

    /// Until the client hangs up.
    async fn fall_silent(&mut self) -> io::Result<()> {
        while self.stream.read(&mut [0; 512]).await? > 0 {}
        Err(io::ErrorKind::UnexpectedEof.into())
    }

    fn spoil_the_pipeline(&mut self, command: &str) -> io::Result<()> {
        if !command.starts_with("RETR") || self.stream.buffer().is_empty() {
            return Ok(());
        }
        match self.manners.pipelining {
            Pipelining::ClosesWhenUsed => {
                self.fault("closed on pipelining");
                Err(io::ErrorKind::ConnectionAborted.into())
            }
            Pipelining::Forgets if self.dice("forget").one_in(8) => {
                self.fault("pipeline forgotten");
                let waiting = self.stream.buffer().len();
                self.stream.consume(waiting);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn dice(&self, occasion: &str) -> Dice {
        self.server
            .dice
            .at("session", self.number)
            .at(occasion, self.step)
    }

    fn fault(&self, name: &'static str) {
        self.server.state().fault(name);
    }
}
