//! The built program in a real terminal: a pty, with every octet kept that went to the screen.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};

/// How long anything may take before the test fails. Not a measure of speed.
const PATIENCE: Duration = Duration::from_mins(1);

/// The program under test.
pub(crate) const POPTUI: &str = env!("CARGO_BIN_EXE_poptui");

/// A home and a directory for temporary files, both empty at first; gone when dropped.
pub(crate) struct Home {
    dir: tempfile::TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for name in ["home", "tmp"] {
            std::fs::create_dir(dir.path().join(name)).unwrap();
        }
        Self { dir }
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.dir.path().join("home/data")
    }

    /// Writes the config that `poptui` finds in this home.
    pub(crate) fn configure(&self, text: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.dir.path().join("home/config.toml");
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }

    /// Every file and directory below the home and the directory for temporary files.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut open = vec![self.home(), self.dir.path().join("tmp")];
        while let Some(dir) = open.pop() {
            for entry in std::fs::read_dir(dir).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path.clone());
                }
                found.push(path);
            }
        }
        found
    }

    /// A command that knows this home and nothing else of the machine but its programs.
    pub(crate) fn command(&self, program: &str, arguments: &[&str]) -> CommandBuilder {
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.home());
        command.env("TMPDIR", self.dir.path().join("tmp"));
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        command.env("TZ", "UTC");
        command.cwd(self.home());
        command
    }

    /// `poptui` on the config and the data of this home.
    pub(crate) fn poptui(&self, arguments: &[&str]) -> CommandBuilder {
        let mut command = self.command(POPTUI, arguments);
        command.env("POPTUI_CONFIG", self.home().join("config.toml"));
        command.env("POPTUI_DATA_DIR", self.data());
        command
    }
}

/// A program in a terminal of its own.
pub(crate) struct Pty {
    child: Box<dyn Child + Send + Sync>,
    writer: Option<Box<dyn Write + Send>>,
    master: Option<Box<dyn MasterPty + Send>>,
    shown: Arc<Shown>,
}

struct Shown {
    seen: Mutex<Seen>,
    changed: Condvar,
    hung_up: AtomicBool,
    reading: Arc<Mutex<()>>,
}

/// What came to the terminal so far.
pub(crate) struct Seen {
    /// Every octet.
    pub(crate) octets: Vec<u8>,
    /// What a terminal made of them.
    pub(crate) terminal: vt100::Parser,
    /// The program's side is closed.
    closed: bool,
}

impl Seen {
    /// The screen as lines of text, blanks at the ends cut.
    pub(crate) fn text(&self) -> String {
        let contents = self.terminal.screen().contents();
        let lines: Vec<_> = contents.lines().map(str::trim_end).collect();
        lines.join("\n")
    }

    /// Neither alternate screen nor hidden cursor nor any other mode is left over.
    pub(crate) fn is_as_before(&self) -> bool {
        let screen = self.terminal.screen();
        !screen.alternate_screen()
            && !screen.hide_cursor()
            && !screen.bracketed_paste()
            && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
    }
}

impl Pty {
    pub(crate) fn start(command: CommandBuilder, width: u16, height: u16) -> Self {
        let pair = native_pty_system().openpty(size(width, height)).unwrap();
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let shown = Arc::new(Shown {
            seen: Mutex::new(Seen {
                octets: Vec::new(),
                terminal: vt100::Parser::new(cells(height), cells(width), 0),
                closed: false,
            }),
            changed: Condvar::new(),
            hung_up: AtomicBool::new(false),
            reading: Arc::default(),
        });
        let filled = Arc::clone(&shown);
        std::thread::spawn(move || filled.fill(&mut reader));
        Self {
            child,
            writer: Some(pair.master.take_writer().unwrap()),
            master: Some(pair.master),
            shown,
        }
    }

    /// Sends octets as a keyboard does.
    pub(crate) fn press(&mut self, octets: impl AsRef<[u8]>) {
        let writer = self.writer.as_mut().unwrap();
        writer.write_all(octets.as_ref()).unwrap();
        writer.flush().unwrap();
    }

    /// Waits for a screen that shows all of it; gives that screen.
    #[track_caller]
    pub(crate) fn until(&self, wanted: &[&str]) -> String {
        self.until_that(&format!("{wanted:?}"), |seen| {
            let text = seen.text();
            wanted.iter().all(|wanted| text.contains(wanted))
        })
    }

    /// Waits until it holds; gives the screen.
    #[track_caller]
    pub(crate) fn until_that(&self, what: &str, holds: impl Fn(&Seen) -> bool) -> String {
        let seen = self.shown.seen.lock().unwrap();
        let (seen, waited) = self
            .shown
            .changed
            .wait_timeout_while(seen, PATIENCE, |seen| !holds(seen))
            .unwrap();
        let text = seen.text();
        // Not to poison what others wait on.
        drop(seen);
        assert!(!waited.timed_out(), "never saw {what}; last:\n{text}");
        text
    }

    /// What `look` makes of all that came so far.
    pub(crate) fn seen<T>(&self, look: impl FnOnce(&Seen) -> T) -> T {
        look(&self.shown.seen.lock().unwrap())
    }

    /// Changes the size that the program is told. The screen in [`Seen`] keeps its own: the emulator does not bear
    /// windows of one column.
    pub(crate) fn resize(&self, width: u16, height: u16) {
        self.master
            .as_ref()
            .unwrap()
            .resize(size(width, height))
            .unwrap();
    }

    /// Speed, control characters and modes of the line, in words.
    pub(crate) fn modes(&self) -> String {
        format!("{:?}", self.master.as_ref().unwrap().get_termios().unwrap())
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.process_id().unwrap()).unwrap()).unwrap()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    /// Takes the terminal away, as a closed window or a broken connection does.
    pub(crate) fn hang_up(&mut self) {
        self.shown.hung_up.store(true, Ordering::SeqCst);
        // Whatever is drawn now wakes the thread that reads; it lets go of the terminal then.
        self.press("\x0c");
        self.until_that("the end of reading", |seen| seen.closed);
        self.writer = None;
        self.master = None;
    }

    /// While this is locked the terminal takes nothing, but for what it takes at once.
    pub(crate) fn reading(&self) -> Arc<Mutex<()>> {
        Arc::clone(&self.shown.reading)
    }

    /// Waits for the end of the program and of its output; the exit code.
    #[track_caller]
    pub(crate) fn wait(&mut self) -> u32 {
        let code = self.wait_for_exit();
        self.until_that("the end of the output", |seen| seen.closed);
        code
    }

    /// Waits for the end of the program alone.
    #[track_caller]
    pub(crate) fn wait_for_exit(&mut self) -> u32 {
        let end = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < end, "the program does not end");
            std::thread::sleep(Duration::from_millis(2));
        };
        status.exit_code()
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Shown {
    fn fill(&self, reader: &mut dyn Read) {
        let mut octets = vec![0; 64 * 1024];
        loop {
            drop(self.reading.lock().unwrap());
            // The end of the program is an error here (EIO).
            let length = reader.read(&mut octets).unwrap_or(0);
            let gone = length == 0 || self.hung_up.load(Ordering::SeqCst);
            let mut seen = self.seen.lock().unwrap();
            seen.octets.extend_from_slice(&octets[..length]);
            seen.terminal.process(&octets[..length]);
            seen.closed |= gone;
            drop(seen);
            self.changed.notify_all();
            if gone {
                return;
            }
        }
    }
}

fn size(width: u16, height: u16) -> PtySize {
    PtySize {
        rows: height,
        cols: width,
        pixel_width: 0,
        pixel_height: 0,
    }
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).expect("at least one")
}
