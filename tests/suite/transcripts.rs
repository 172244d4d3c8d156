//! Replays whole exchanges between this client and servers, as written in `tests/data/transcripts`.
//!
//! A transcript is a list of lines. `S:` the server says (`s:` the same with escapes and without a line
//! end of its own), `C:` the client must have said, `T:` TLS comes up, `X:` the server closes, `E:` an
//! event must have come, `@` a setting, `#` a comment.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use poptui::pop3::{
    Capa, Capabilities, ChannelBinding, Command, Credentials, Error, Event, Expire, Mechanism,
    Nonce, Reply, Security, Session, Setup, Step, TokenForm, Window,
};

#[test]
fn every_transcript_is_followed_to_its_end() {
    for transcript in transcripts() {
        transcript.replay(|block, _| vec![block]);
    }
}

#[test]
fn every_transcript_is_the_same_octet_by_octet() {
    for transcript in transcripts() {
        transcript.replay(|block, _| block.chunks(1).collect());
    }
}

#[test]
fn every_transcript_is_the_same_cut_at_any_octet() {
    for transcript in transcripts() {
        for cut in 1..transcript.server_octets() {
            transcript.replay(|block, start| match cut.checked_sub(start) {
                Some(at) if at > 0 && at < block.len() => vec![&block[..at], &block[at..]],
                _ => vec![block],
            });
        }
    }
}

struct Transcript {
    path: PathBuf,
    settings: Vec<(String, String)>,
    acts: Vec<Act>,
    events: Vec<String>,
}

enum Act {
    Server(Vec<u8>),
    Client(String),
    Tls,
    Close,
}

fn transcripts() -> Vec<Transcript> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/transcripts");
    let entries = std::fs::read_dir(&directory).expect("the transcripts are there");
    let paths = entries.map(|entry| entry.expect("a readable directory").path());
    let transcripts: Vec<_> = paths.map(Transcript::read).collect();
    assert!(transcripts.len() >= 60, "only {} found", transcripts.len());
    transcripts
}

impl Transcript {
    fn read(path: PathBuf) -> Self {
        let text = std::fs::read_to_string(&path).expect("a transcript is UTF-8");
        let mut transcript = Self {
            path,
            settings: Vec::new(),
            acts: Vec::new(),
            events: Vec::new(),
        };
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let (kind, rest) = line.split_at_checked(2).expect("a line has a kind");
            let rest = rest.strip_prefix(' ').unwrap_or(rest);
            match kind {
                "@ " => {
                    let (key, value) = rest.split_once(' ').expect("a setting has a value");
                    transcript.settings.push((key.into(), value.into()));
                }
                "S:" => transcript.say([rest.as_bytes(), b"\r\n"].concat()),
                "s:" => transcript.say(unescape(rest)),
                "C:" => transcript.acts.push(Act::Client(format!("{rest}\r\n"))),
                "E:" => transcript.events.push(rest.to_owned()),
                "T:" => transcript.acts.push(Act::Tls),
                "X:" => transcript.acts.push(Act::Close),
                _ => panic!("{}: {line:?}", transcript.path.display()),
            }
        }
        transcript
    }

    /// Lines in a row are one block: the client may not wait for anything between them.
    fn say(&mut self, octets: Vec<u8>) {
        match self.acts.last_mut() {
            Some(Act::Server(block)) => block.extend(octets),
            _ => self.acts.push(Act::Server(octets)),
        }
    }

    fn server_octets(&self) -> usize {
        let octets = |act: &Act| match act {
            Act::Server(block) => block.len(),
            _ => 0,
        };
        self.acts.iter().map(octets).sum()
    }

    fn setting(&self, key: &str) -> Option<&str> {
        let found = self.settings.iter().find(|(name, _)| name == key);
        found.map(|(_, value)| value.as_str())
    }

    /// Plays the server's part, each block cut by `cut`, which is told how much was said before.
    fn replay(&self, cut: impl Fn(&[u8], usize) -> Vec<&[u8]>) {
        let mut player = Player::new(self);
        let mut expected = String::new();
        let mut said = 0;
        for act in &self.acts {
            match act {
                Act::Client(line) => expected.push_str(line),
                Act::Server(block) => {
                    player.assert_written(&expected);
                    for piece in cut(block, said) {
                        player.session.receive(piece);
                        player.run();
                    }
                    said += block.len();
                }
                Act::Tls => {
                    assert!(player.tls_wanted, "{}: no STLS", self.path.display());
                    player.session.tls_started(binding(self));
                    player.run();
                }
                Act::Close => {
                    player.session.closed();
                    player.run();
                }
            }
        }
        player.assert_written(&expected);
        assert_eq!(player.events, self.events, "{}", self.path.display());
    }
}

/// That of the example in RFC 5802: `fyko+d2lbbFgONRv9qkxdawL` in base64. Then one for a second exchange.
const NONCE: Nonce =
    Nonce(*b"\x7f\x29\x28\xf9\xdd\xa5\x6d\xb1\x60\x38\xd4\x6f\xf6\xa9\x31\x75\xac\x0b\x61nother-nonce-here");

/// What the line is known by, where the transcript says that it is known by something.
fn binding(transcript: &Transcript) -> Option<ChannelBinding> {
    let binding = ChannelBinding::TlsExporter(*b"exporter-exporter-exporter-12345");
    transcript.setting("binding").map(|_| binding)
}

fn parse_mechanism(name: &str) -> Mechanism {
    match name {
        "plain" => Mechanism::Plain,
        "login" => Mechanism::Login,
        "scram-sha-256" => Mechanism::ScramSha256,
        "scram-sha-1" => Mechanism::ScramSha1,
        "cram-md5" => Mechanism::CramMd5,
        "apop" => Mechanism::Apop,
        "user" => Mechanism::User,
        "xoauth2" => Mechanism::Xoauth2,
        "oauthbearer" => Mechanism::OauthBearer,
        other => panic!("{other:?}"),
    }
}

/// A driver without a network.
struct Player<'a> {
    transcript: &'a Transcript,
    session: Session,
    written: String,
    events: Vec<String>,
    tls_wanted: bool,
}

impl<'a> Player<'a> {
    fn new(transcript: &'a Transcript) -> Self {
        let setting = |key| transcript.setting(key);
        let security = match setting("security") {
            Some("stls") => Security::Stls,
            Some("none") => Security::None,
            None => Security::Tls,
            other => panic!("{other:?}"),
        };
        let user = setting("user").expect("a user");
        let who = match (setting("password"), setting("token")) {
            (Some(password), None) => Credentials::password(user, password),
            (None, Some(token)) => Credentials::token(user, token),
            _ => panic!("a password or a token"),
        };
        let setup = Setup {
            mechanism: setting("mechanism").map_or(Mechanism::Auto, parse_mechanism),
            capa: match setting("capa") {
                Some("skip") => Capa::Skip,
                None => Capa::Ask,
                other => panic!("{other:?}"),
            },
            allow_cleartext: security == Security::None,
            host: "pop.example.org".to_owned(),
            port: 995,
            token_form: match setting("token-form") {
                Some("two-lines") => TokenForm::TwoLines,
                None => TokenForm::OneLine,
                other => panic!("{other:?}"),
            },
            channel_binding: binding(transcript).filter(|_| security == Security::Tls),
            login_pipelining: setting("login-pipelining").is_some(),
            recall: setting("recall").map(|text| text.parse().expect("what is remembered")),
            ..Setup::new(security, who, NONCE)
        };
        Self {
            transcript,
            session: Session::new(setup),
            written: String::new(),
            events: Vec::new(),
            tls_wanted: false,
        }
    }

    fn assert_written(&self, expected: &str) {
        let path = self.transcript.path.display();
        assert_eq!(self.written, expected, "{path}");
    }

    /// Steps until nothing is left to do.
    fn run(&mut self) {
        loop {
            match self.session.step() {
                Ok(Step::Read) => return,
                Ok(Step::StartTls) => self.tls_wanted = true,
                Ok(Step::Hash(hashing)) => self.session.hashed(&hashing.run()),
                Ok(Step::Write(octets)) => {
                    let text = std::str::from_utf8(&octets).expect("commands are ASCII here");
                    self.written.push_str(text);
                }
                Ok(Step::Event(event)) => self.take(&event),
                Err(error) => {
                    let told = describe_error(&error);
                    if self.events.last() != Some(&told) {
                        self.events.push(told);
                    }
                    return;
                }
            }
        }
    }

    fn take(&mut self, event: &Event) {
        let told = match event {
            Event::LoggedIn(can) => {
                self.begin();
                describe_capabilities(can)
            }
            Event::Reply(command, reply) => format!("{command}: {}", describe(reply)),
        };
        self.events.push(told);
    }

    fn begin(&mut self) {
        if let Some(window) = self.transcript.setting("window") {
            let numbers: Vec<usize> = window
                .split(' ')
                .map(|number| number.parse().expect("a number"))
                .collect();
            self.session.set_window(Window {
                command_octets: numbers[0],
                reply_octets: numbers[1] as u64,
            });
        }
        let commands = self.transcript.setting("send").unwrap_or_default();
        for command in commands.split(", ").filter(|command| !command.is_empty()) {
            self.session.send(parse_command(command), 0);
        }
    }
}

fn parse_command(text: &str) -> Command {
    let words: Vec<&str> = text.split(' ').collect();
    let number = |at: usize| words[at].parse().expect("a number");
    match words[0] {
        "LIST" => Command::List,
        "UIDL" => Command::Uidl,
        "RETR" => Command::Retr(number(1)),
        "TOP" => Command::Top(number(1), number(2)),
        "DELE" => Command::Dele(number(1)),
        "NOOP" => Command::Noop,
        "RSET" => Command::Rset,
        "QUIT" => Command::Quit,
        other => panic!("{other:?}"),
    }
}

fn describe(reply: &Reply) -> String {
    match reply {
        Reply::Done => "done".into(),
        Reply::TooLarge(_) => "too large".into(),
        Reply::Message(octets) => format!("\"{}\"", escape(octets)),
        Reply::Refused(why) => {
            let code = why.code.as_ref().map(|code| format!("{code:?} "));
            let code = code.unwrap_or_default();
            format!("refused {code}\"{}\"", escape(&why.text))
        }
        Reply::List(list) => {
            let lines = list
                .iter()
                .map(|scan| format!("{}={}", scan.number, scan.size));
            lines.collect::<Vec<_>>().join(" ")
        }
        Reply::Uidl(list) => {
            let lines = list.iter().map(|line| match &line.id {
                Some(id) => format!("{}=\"{}\"", line.number, escape(&id.0)),
                None => format!("{}=-", line.number),
            });
            lines.collect::<Vec<_>>().join(" ")
        }
    }
}

fn describe_capabilities(can: &Capabilities) -> String {
    let mut told = "logged in:".to_owned();
    let words = [
        (!can.known, "CAPA unknown"),
        (can.pipelining, "pipelining"),
        (can.uidl, "uidl"),
        (can.top, "top"),
        (can.stls, "stls"),
        (can.user, "user"),
    ];
    for (_, word) in words.iter().filter(|(announced, _)| *announced) {
        let _ = write!(told, " {word}");
    }
    if let Some(seconds) = can.login_delay {
        let _ = write!(told, " login-delay={seconds}");
    }
    match can.expire {
        Some(Expire::Never) => told.push_str(" expire=never"),
        Some(Expire::Days(days)) => {
            let _ = write!(told, " expire={days}");
        }
        None => {}
    }
    if let Some(name) = &can.implementation {
        let _ = write!(told, " implementation={name:?}");
    }
    told
}

fn describe_error(error: &Error) -> String {
    let said = error
        .refusal()
        .map(|why| format!(" (said \"{}\")", escape(&why.text)));
    format!("error: {error}{}", said.unwrap_or_default())
}

/// As in the transcripts: control octets and 8-bit as escapes, quotes as they are.
fn escape(octets: &[u8]) -> String {
    octets
        .escape_ascii()
        .to_string()
        .replace("\\'", "'")
        .replace("\\\"", "\"")
}

/// `\r`, `\n` and `\xHH`.
fn unescape(text: &str) -> Vec<u8> {
    let mut octets = Vec::new();
    let mut parts = text.split('\\');
    octets.extend(parts.next().unwrap_or_default().bytes());
    for part in parts {
        let used = match part.as_bytes() {
            [b'r', ..] => {
                octets.push(b'\r');
                1
            }
            [b'n', ..] => {
                octets.push(b'\n');
                1
            }
            [b'x', ..] => {
                octets.push(u8::from_str_radix(&part[1..3], 16).expect("two hex digits"));
                3
            }
            _ => panic!("\\{part}"),
        };
        octets.extend(part[used..].bytes());
    }
    octets
}
