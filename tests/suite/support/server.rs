//! A POP3 server in memory, right in every detail until it is told what to get wrong.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};

use super::maildrop::{Mail, stuffed, top};
use poptui::config::Account;
use poptui::fetch::{Connect, Error, Line, Protection};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::io::{BufReader, DuplexStream, ReadBuf};

/// In so many turns whoever has something to do has done it.
const TURNS: usize = 1_000;

/// What the server gets wrong. Mails are meant by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Closes the line after so many lines of a session.
    HangUp(usize),
    /// Greets with this line.
    Greeting(&'static str),
    /// Answers the password with this line, in which `$` stands for the password.
    Login(&'static str),
    /// Throws away what came together with the log-in.
    DropsBehindLogin,
    /// Closes the line when it hears the password.
    ClosesAtLogin,
    /// Does not know CAPA, and closes the line on it.
    ClosesOnCapa,
    /// The line holds only a few octets each way.
    Narrow,
    /// Announces no SASL mechanism: USER and PASS it is.
    NoSasl,
    /// Announces no PIPELINING.
    LockStep,
    /// Offers STLS.
    OffersStls,
    /// Sends a reply behind the +OK to STLS before the handshake.
    InjectsAfterStls,
    /// Does not know UIDL.
    NoUidl,
    /// STAT counts mails that are not there.
    StatLies,
    /// -ERR to RETR.
    Refuses(&'static str),
    /// -ERR to each RETR behind so many.
    RefusesAfter(usize),
    /// Says -ERR though nothing was asked, just before it answers the RETR of this mail.
    Noise(&'static str),
    /// Says nothing when this mail is asked for.
    Stalls(&'static str),
    /// Ends all its lines, and those of its mails, with LF alone.
    BareLf,
    /// Sends these octets as they are instead of the mail's, the final dot too.
    Sends(&'static str, &'static [u8]),
    /// The same, but only to the first RETR of a session.
    SendsFirst(&'static str, &'static [u8]),
    /// Answers the RETR of this mail twice.
    Repeats(&'static str),
    /// Neither announces TOP nor knows it.
    NoTop,
    /// Announces TOP, and -ERR to each.
    RefusesTop,
    /// Never ends what TOP brings.
    EndlessTop,
    /// Writes a field of its own into each head that TOP brings, and not into the mail.
    MarksHeads,
    /// Announces LOGIN-DELAY of so many seconds.
    LoginDelay(u32),
    /// Lists only the first so many mails that nobody has asked for yet.
    Capped(usize),
    /// -ERR to every DELE.
    KeepsAll,
    /// -ERR to this command, with these words.
    PutsOff(&'static str, &'static str),
    /// Says nothing to this command.
    Mute(&'static str),
    /// +OK to DELE and QUIT; deletes nothing.
    Undead,
    /// -ERR to QUIT; deletes nothing.
    QuitRefused,
    /// Deletes, and closes the line without an answer to QUIT.
    QuitLost,
    /// QUIT takes away what RETR brought in its session, as with EXPIRE 0.
    ForgetsRead,
    /// Takes its time with the answer to this command: all others have had their turns before.
    Ponders(&'static str),
    /// Names every other mail only, in UIDL and LIST.
    ListsHalf,
    /// Names no mail in UIDL and LIST.
    ListsNone,
    /// Forgets to double the dots of this mail.
    Unstuffed(&'static str),
    /// Says a blank line before each answer to DELE.
    BlankBeforeDele,
    /// Something breaks at a point of the session: at mails, the second one of the maildrop.
    At(Point, Harm),
}

/// A point of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Point {
    Connect,
    Greeting,
    Capa,
    User,
    Pass,
    Auth,
    List,
    ListMid,
    Uidl,
    UidlMid,
    Retr,
    /// Behind its +OK.
    RetrOk,
    RetrMid,
    /// Before its final dot.
    RetrDot,
    RetrDone,
    Dele,
    /// The mail is marked, the answer still to come.
    DeleMarked,
    DeleDone,
    /// Before anything is deleted.
    Quit,
    /// All is deleted, the answer still to come.
    QuitDone,
}

/// What breaks there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Harm {
    /// The line is reset.
    Reset,
    /// The line is closed in good order.
    Close,
    /// Nothing more comes.
    Stall,
    /// From here on octets come one by one.
    Drip,
    /// 4 KiB of binary noise.
    Garbage,
    /// A line of NULs.
    Nul,
    /// One +OK too many.
    Twice,
    /// A refusal in place of the answer.
    Err,
    /// A megabyte without an end of line, then it goes on.
    Long,
    /// Lines for ever.
    Endless,
}

/// A server. Clones are the same server.
#[derive(Clone, Default)]
pub(crate) struct Server(Arc<Mutex<State>>);

/// What else happens at a command.
type Act = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct State {
    mails: Arc<Vec<Mail>>,
    always: Vec<Fault>,
    once: Vec<Fault>,
    sessions: usize,
    commands: Vec<String>,
    hung_up: bool,
    harmed: bool,
    /// Set when a line is reset rather than closed.
    resets: Arc<AtomicBool>,
    /// Octets of answers that a line took.
    sent: usize,
    /// Names of mails that RETR was asked for.
    asked_for: Vec<String>,
    /// What else happens when a command of this beginning is heard.
    meanwhile: Option<(&'static str, Act)>,
}

/// How a session begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    Greeting,
    AfterStls,
}

impl Server {
    pub(crate) fn new(mails: Vec<Mail>) -> Self {
        let server = Self::default();
        server.fill(mails);
        server
    }

    /// Gets this wrong in every session from now on.
    pub(crate) fn always(&self, fault: Fault) {
        self.state().always.push(fault);
    }

    /// Gets this wrong in the next session only.
    pub(crate) fn once(&self, fault: Fault) {
        self.state().once.push(fault);
    }

    /// Something else happens, once, when a command of this beginning is heard.
    pub(crate) fn meanwhile(&self, command: &'static str, act: impl FnOnce() + Send + 'static) {
        self.state().meanwhile = Some((command, Box::new(act)));
    }

    /// Gets everything right from now on.
    pub(crate) fn heal(&self) {
        let mut state = self.state();
        state.always.clear();
        state.once.clear();
        state.hung_up = false;
    }

    /// Replaces the maildrop.
    pub(crate) fn fill(&self, mails: Vec<Mail>) {
        self.state().mails = Arc::new(mails);
    }

    fn hear(&self, command: &str) {
        let mut state = self.state();
        state.commands.push(command.to_owned());
        let is_now = |(start, _): &mut (&str, _)| command.starts_with(*start);
        let meanwhile = state.meanwhile.take_if(is_now);
        drop(state);
        if let Some((_, act)) = meanwhile {
            act();
        }
    }

    fn remove(&self, gone: &[Mail]) {
        let mut state = self.state();
        Arc::make_mut(&mut state.mails).retain(|mail| !gone.contains(mail));
    }

    pub(crate) fn mails(&self) -> Vec<Mail> {
        self.state().mails.to_vec()
    }

    /// All commands heard, in order.
    pub(crate) fn commands(&self) -> Vec<String> {
        self.state().commands.clone()
    }

    /// Octets of answers that lines took so far.
    pub(crate) fn sent(&self) -> usize {
        self.state().sent
    }

    pub(crate) fn sessions(&self) -> usize {
        self.state().sessions
    }

    /// The verbs of all commands that were heard, in a row.
    pub(crate) fn verbs(&self) -> String {
        let state = self.state();
        let verbs = state.commands.iter().filter_map(|c| c.split(' ').next());
        verbs.collect::<Vec<_>>().join(" ")
    }

    /// How often a command of this beginning was heard.
    pub(crate) fn heard(&self, start: &str) -> usize {
        let state = self.state();
        state
            .commands
            .iter()
            .filter(|c| c.starts_with(start))
            .count()
    }

    /// Whether [`Fault::HangUp`] has struck.
    pub(crate) fn hung_up(&self) -> bool {
        self.state().hung_up
    }

    /// Whether a [`Fault::At`] has struck.
    pub(crate) fn harmed(&self) -> bool {
        self.state().harmed
    }

    /// Serves one session. Gives the stream back where TLS is to be put over it.
    pub(crate) async fn serve<S>(&self, stream: S, start: Start) -> Option<S>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let mut faults = std::mem::take(&mut self.state().once);
        let mut session = {
            let mut state = self.state();
            state.sessions += usize::from(start == Start::Greeting);
            faults.extend(state.always.iter().cloned());
            Session {
                stream: BufReader::new(stream),
                server: self.clone(),
                mails: state.listed(&faults),
                deleted: Vec::new(),
                read: Vec::new(),
                faults,
                lines: 0,
                drips: false,
            }
        };
        // Every end of the line is an end of the session, and nothing else.
        match session.run(start).await {
            Ok(End::StartTls) => Some(session.stream.into_inner()),
            Ok(End::Closed) | Err(_) => None,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no test panics while it holds this")
    }
}

impl Connect for Server {
    async fn connect(&self, _account: &Account) -> Result<Line, Error> {
        let narrow = self.state().always.contains(&Fault::Narrow);
        let (here, there) = tokio::io::duplex(if narrow { 16 } else { 64 * 1024 });
        let server = self.clone();
        let here = Resettable {
            stream: here,
            reset: self.state().resets.clone(),
        };
        tokio::spawn(async move { server.serve(there, Start::Greeting).await });
        Ok(Line {
            stream: Box::new(here),
            protection: Protection::Closed,
        })
    }
}

/// The client's end of a line, which can end in a reset as TCP's can.
struct Resettable {
    stream: DuplexStream,
    reset: Arc<AtomicBool>,
}

impl AsyncRead for Resettable {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        let ended = matches!(read, Poll::Ready(Ok(()))) && buffer.filled().len() == before;
        if ended && self.reset.swap(false, Ordering::SeqCst) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        read
    }
}

impl AsyncWrite for Resettable {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, octets)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl State {
    /// The mails that a session shows.
    fn listed(&self, faults: &[Fault]) -> Arc<Vec<Mail>> {
        let cap = faults.iter().find_map(|fault| match fault {
            Fault::Capped(cap) => Some(*cap),
            _ => None,
        });
        let Some(cap) = cap else {
            return self.mails.clone();
        };
        let hidden = |mail: &&Mail| !self.asked_for.contains(&mail.uid);
        Arc::new(
            self.mails
                .iter()
                .filter(hidden)
                .take(cap)
                .cloned()
                .collect(),
        )
    }
}

enum End {
    Closed,
    StartTls,
}

/// Whether harm was done, and whether the answer that belongs there is still to be given.
#[derive(PartialEq, Eq)]
enum Harmed {
    Not,
    Also,
    Answered,
}

struct Session<S> {
    stream: BufReader<S>,
    server: Server,
    mails: Arc<Vec<Mail>>,
    deleted: Vec<usize>,
    read: Vec<usize>,
    faults: Vec<Fault>,
    lines: usize,
    /// [`Harm::Drip`] has begun.
    drips: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    async fn run(&mut self, start: Start) -> io::Result<End> {
        if start == Start::Greeting {
            self.harm(Point::Connect).await?;
            let greeting = self.find(|fault| match fault {
                Fault::Greeting(line) => Some(*line),
                _ => None,
            });
            if self.harm(Point::Greeting).await? == Harmed::Answered {
                return Ok(End::Closed);
            }
            self.say(greeting.unwrap_or("+OK ready").as_bytes()).await?;
        }
        loop {
            let mut line = String::new();
            if self.stream.read_line(&mut line).await? == 0 {
                return Ok(End::Closed);
            }
            let command = line.trim_end().to_owned();
            self.server.hear(&command);
            let mut words = command.split(' ');
            let verb = words.next().unwrap_or_default();
            let argument = words.next().unwrap_or_default();
            let lines = words.next().and_then(|lines| lines.parse().ok());
            let refusal = self.find(|fault| match fault {
                Fault::PutsOff(of, words) if *of == verb => Some(format!("-ERR {words}")),
                _ => None,
            });
            if let Some(()) =
                self.find(|fault| matches!(fault, Fault::Mute(of) if *of == verb).then_some(()))
            {
                continue;
            }
            if self
                .faults
                .iter()
                .any(|fault| matches!(fault, Fault::Ponders(of) if *of == verb))
            {
                for _ in 0..TURNS {
                    tokio::task::yield_now().await;
                }
            }
            if let Some(refusal) = refusal {
                self.say(refusal.as_bytes()).await?;
                continue;
            }
            match verb {
                "CAPA" => self.capa().await?,
                "STLS" => return self.stls().await,
                "AUTH" => self.login(Point::Auth, &command).await?,
                "PASS" => self.login(Point::Pass, &command).await?,
                "USER" => self.simple(Point::User).await?,
                "NOOP" => self.say(b"+OK").await?,
                "RSET" => {
                    self.deleted.clear();
                    self.say(b"+OK").await?;
                }
                "STAT" => self.stat().await?,
                "LIST" => {
                    let points = (Point::List, Point::ListMid);
                    self.list(points, |mail| mail.listed.to_string()).await?;
                }
                "UIDL" if self.has(&Fault::NoUidl) => self.say(b"-ERR what?").await?,
                "UIDL" => {
                    let points = (Point::Uidl, Point::UidlMid);
                    self.list(points, |mail| mail.uid.clone()).await?;
                }
                "RETR" => self.retr(argument).await?,
                "TOP" => self.top(argument, lines.unwrap_or_default()).await?,
                "DELE" => self.dele(argument).await?,
                "QUIT" => return self.quit().await,
                _ => self.say(b"-ERR what?").await?,
            }
        }
    }

    async fn capa(&mut self) -> io::Result<()> {
        if self.has(&Fault::ClosesOnCapa) {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        if self.harm(Point::Capa).await? == Harmed::Answered {
            return Ok(());
        }
        self.say(b"+OK").await?;
        self.say(b"USER").await?;
        if !self.has(&Fault::NoSasl) {
            self.say(b"SASL PLAIN").await?;
        }
        if !self.has(&Fault::NoUidl) {
            self.say(b"UIDL").await?;
        }
        if !self.has(&Fault::NoTop) {
            self.say(b"TOP").await?;
        }
        let delay = self.find(|fault| match fault {
            Fault::LoginDelay(seconds) => Some(*seconds),
            _ => None,
        });
        if let Some(seconds) = delay {
            self.say(format!("LOGIN-DELAY {seconds}").as_bytes())
                .await?;
        }
        if self.has(&Fault::OffersStls) {
            self.say(b"STLS").await?;
        }
        if !self.has(&Fault::LockStep) {
            self.say(b"PIPELINING").await?;
        }
        self.say(b".").await
    }

    async fn stls(&mut self) -> io::Result<End> {
        if self.has(&Fault::InjectsAfterStls) {
            self.send(b"+OK begin TLS\r\n+OK injected\r\n").await?;
            return Ok(End::StartTls);
        }
        self.say(b"+OK begin TLS").await?;
        Ok(End::StartTls)
    }

    async fn simple(&mut self, point: Point) -> io::Result<()> {
        if self.harm(point).await? == Harmed::Answered {
            return Ok(());
        }
        self.say(b"+OK").await
    }

    async fn login(&mut self, point: Point, command: &str) -> io::Result<()> {
        let answer = self.find(|fault| match fault {
            Fault::Login(line) => Some(line.to_string()),
            _ => None,
        });
        if self.has(&Fault::ClosesAtLogin) {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        if self.has(&Fault::DropsBehindLogin) {
            let behind = self.stream.buffer().len();
            self.stream.consume(behind);
        }
        let Some(answer) = answer else {
            return self.simple(point).await;
        };
        let secret = command.rsplit(' ').next().unwrap_or_default();
        self.say(answer.replace('$', secret).as_bytes()).await
    }

    async fn stat(&mut self) -> io::Result<()> {
        let ghosts = usize::from(self.has(&Fault::StatLies)) * 4_294_967_295;
        let line = format!("+OK {} {ghosts}", self.mails.len() + ghosts);
        self.say(line.as_bytes()).await
    }

    async fn list(
        &mut self,
        (point, mid): (Point, Point),
        value: impl Fn(&Mail) -> String,
    ) -> io::Result<()> {
        if self.harm(point).await? == Harmed::Answered {
            return Ok(());
        }
        self.say(b"+OK").await?;
        for index in 0..self.mails.len() {
            if index == 1 {
                self.harm(mid).await?;
            }
            let half = index % 2 == 0 && self.has(&Fault::ListsHalf);
            if half || self.has(&Fault::ListsNone) {
                continue;
            }
            let line = format!("{} {}", index + 1, value(&self.mails[index]));
            self.say(line.as_bytes()).await?;
        }
        self.say(b".").await
    }

    async fn retr(&mut self, argument: &str) -> io::Result<()> {
        let Some(mail) = self.pick(argument).map(|index| self.mails[index].clone()) else {
            return self.say(b"-ERR no such message").await;
        };
        let uid = mail.uid.as_str();
        self.server.state().asked_for.push(mail.uid.clone());
        if self
            .find(|fault| matches!(fault, Fault::Refuses(of) if *of == uid).then_some(()))
            .is_some()
        {
            return self.say(b"-ERR [SYS/PERM] message is \x1b[1mdamaged").await;
        }
        let quota = self.find(|fault| match fault {
            Fault::RefusesAfter(count) => Some(*count),
            _ => None,
        });
        if quota.is_some_and(|count| self.server.state().asked_for.len() > count) {
            return self.say(b"-ERR Download exceed").await;
        }
        if self
            .find(|fault| matches!(fault, Fault::Stalls(of) if *of == uid).then_some(()))
            .is_some()
        {
            return std::future::pending().await;
        }
        if self
            .find(|fault| matches!(fault, Fault::Noise(of) if *of == uid).then_some(()))
            .is_some()
        {
            self.say(b"-ERR [SYS/TEMP] noise").await?;
        }
        let instead = self.find(|fault| match fault {
            Fault::Sends(of, octets) if *of == uid => Some(octets.to_vec()),
            _ => None,
        });
        let first = |fault: &Fault| matches!(fault, Fault::SendsFirst(of, _) if *of == uid);
        let first = self.faults.iter().position(first);
        let instead = match first.map(|index| self.faults.remove(index)) {
            Some(Fault::SendsFirst(_, octets)) => Some(octets.to_vec()),
            _ => instead,
        };
        self.read.extend(self.pick(argument));
        let second = argument == "2";
        if second && self.harm(Point::Retr).await? == Harmed::Answered {
            return Ok(());
        }
        self.say(b"+OK").await?;
        if let Some(octets) = instead {
            return self.send(&octets).await;
        }
        if self
            .find(|fault| matches!(fault, Fault::Unstuffed(of) if *of == uid).then_some(()))
            .is_some()
        {
            return self.send(&[&mail.octets[..], b".\r\n"].concat()).await;
        }
        let octets = stuffed(&mail.octets);
        if self
            .find(|fault| matches!(fault, Fault::Repeats(of) if *of == uid).then_some(()))
            .is_some()
        {
            self.send(&octets).await?;
            self.say(b"+OK").await?;
        }
        if !second {
            return self.send(&octets).await;
        }
        let (body, dot) = octets.split_at(octets.len() - b".\r\n".len());
        let (head, rest) = body.split_at(body.len() / 2);
        self.harm(Point::RetrOk).await?;
        self.send(head).await?;
        self.harm(Point::RetrMid).await?;
        self.send(rest).await?;
        self.harm(Point::RetrDot).await?;
        self.send(dot).await?;
        self.harm(Point::RetrDone).await?;
        Ok(())
    }

    async fn top(&mut self, argument: &str, lines: usize) -> io::Result<()> {
        let index = self.pick(argument);
        if self.has(&Fault::NoTop) || self.has(&Fault::RefusesTop) {
            return self.say(b"-ERR what?").await;
        }
        let Some(index) = index else {
            return self.say(b"-ERR no such message").await;
        };
        let mut head = top(&self.mails[index].octets, lines);
        if self.has(&Fault::MarksHeads) {
            head = [b"X-UIDL: 1234\r\nStatus: RO\r\n", &head[..]].concat();
        }
        self.say(b"+OK").await?;
        if self.has(&Fault::EndlessTop) {
            return self.send(&head).await;
        }
        self.send(&stuffed(&head)).await
    }

    async fn dele(&mut self, argument: &str) -> io::Result<()> {
        if self.has(&Fault::BlankBeforeDele) {
            self.say(b"").await?;
        }
        let second = argument == "2";
        if self.has(&Fault::KeepsAll) {
            return self.say(b"-ERR read-only").await;
        }
        if second && self.harm(Point::Dele).await? == Harmed::Answered {
            return Ok(());
        }
        let Some(index) = self.pick(argument) else {
            return self.say(b"-ERR no such message").await;
        };
        self.deleted.push(index);
        if second && self.harm(Point::DeleMarked).await? == Harmed::Answered {
            return Ok(());
        }
        self.say(b"+OK").await?;
        if second {
            self.harm(Point::DeleDone).await?;
        }
        Ok(())
    }

    async fn quit(&mut self) -> io::Result<End> {
        if self.harm(Point::Quit).await? == Harmed::Answered {
            return Ok(End::Closed);
        }
        if self.has(&Fault::QuitRefused) {
            self.say(b"-ERR some deleted messages not removed").await?;
            return Ok(End::Closed);
        }
        let marked = self.deleted.iter().map(|index| &self.mails[*index]);
        let mut gone: Vec<Mail> = marked.cloned().collect();
        if self.has(&Fault::ForgetsRead) {
            gone.extend(self.read.iter().map(|index| self.mails[*index].clone()));
        }
        if !self.has(&Fault::Undead) {
            self.server.remove(&gone);
        }
        self.harm(Point::QuitDone).await?;
        if !self.has(&Fault::QuitLost) {
            self.say(b"+OK bye").await?;
        }
        Ok(End::Closed)
    }

    fn pick(&self, argument: &str) -> Option<usize> {
        let index = argument.parse::<usize>().ok()?.checked_sub(1)?;
        (index < self.mails.len() && !self.deleted.contains(&index)).then_some(index)
    }

    async fn say(&mut self, line: &[u8]) -> io::Result<()> {
        self.send(&[line, b"\r\n"].concat()).await
    }

    /// Does the harm that was ordered for this point, once in a session.
    async fn harm(&mut self, at: Point) -> io::Result<Harmed> {
        let ordered = |fault: &Fault| matches!(fault, Fault::At(point, _) if *point == at);
        let Some(index) = self.faults.iter().position(ordered) else {
            return Ok(Harmed::Not);
        };
        let Fault::At(_, harm) = self.faults.remove(index) else {
            return Ok(Harmed::Not);
        };
        self.server.state().harmed = true;
        match harm {
            Harm::Reset => {
                self.server.state().resets.store(true, Ordering::SeqCst);
                return Err(io::ErrorKind::ConnectionReset.into());
            }
            Harm::Close => return Err(io::ErrorKind::ConnectionAborted.into()),
            Harm::Stall => return std::future::pending().await,
            Harm::Drip => self.drips = true,
            Harm::Garbage => {
                let octets = (0..=255_u8).map(|at| at.wrapping_mul(at) ^ 0x9b);
                let noise: Vec<u8> = octets.cycle().take(4096).collect();
                self.stream.write_all(&noise).await?;
                self.stream.write_all(b"\r\n").await?;
            }
            Harm::Nul => self.stream.write_all(b"\0\0\0\0\0\0\0\0\r\n").await?,
            Harm::Twice => self.stream.write_all(b"+OK\r\n").await?,
            Harm::Err => {
                self.say(b"-ERR [SYS/TEMP] not now").await?;
                return Ok(Harmed::Answered);
            }
            Harm::Long => {
                self.stream.write_all(&vec![b'x'; 1 << 20]).await?;
                self.stream.write_all(b"\r\n").await?;
            }
            Harm::Endless => {
                let lines = format!("9 {:x<300}\r\n", "").repeat(100);
                loop {
                    self.stream.write_all(lines.as_bytes()).await?;
                }
            }
        }
        Ok(Harmed::Also)
    }

    /// Sends whole lines, and closes the line where it was told to.
    async fn send(&mut self, octets: &[u8]) -> io::Result<()> {
        let bare: Vec<u8>;
        let octets = if self.has(&Fault::BareLf) {
            bare = octets
                .iter()
                .copied()
                .filter(|octet| *octet != b'\r')
                .collect();
            &bare
        } else {
            octets
        };
        let limit = self.find(|fault| match fault {
            Fault::HangUp(lines) => Some(*lines),
            _ => None,
        });
        if self.drips {
            for octet in octets {
                self.stream.write_all(&[*octet]).await?;
                tokio::task::yield_now().await;
            }
            return Ok(());
        }
        let Some(limit) = limit else {
            for piece in octets.chunks(64 * 1024) {
                self.stream.write_all(piece).await?;
                self.server.state().sent += piece.len();
            }
            return self.stream.flush().await;
        };
        for line in octets.split_inclusive(|octet| *octet == b'\n') {
            if self.lines == limit {
                self.server.state().hung_up = true;
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            self.stream.write_all(line).await?;
            self.stream.flush().await?;
            self.lines += 1;
        }
        Ok(())
    }

    fn has(&self, fault: &Fault) -> bool {
        self.faults.contains(fault)
    }

    fn find<T>(&self, of: impl Fn(&Fault) -> Option<T>) -> Option<T> {
        self.faults.iter().find_map(of)
    }
}
