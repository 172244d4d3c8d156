//! The terminal is taken over and given back, on every way out: return, error, panic, signal, suspension.

use std::io::{self, BufWriter, Stdout, Write as _};
use std::mem::ManuallyDrop;
use std::time::Duration;

use crossterm::cursor::{Hide, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::execute;
use crossterm::terminal::{self, EnterAlternateScreen, LeaveAlternateScreen};
use ratatui::Terminal;
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::layout::{Position, Rect};

use super::hyperlinks::{Hyperlinks, Linking};
use super::signals::{Signal, Signals};

/// The backend on the process's terminal. Buffered: a frame is one write.
pub(super) type Screen = Linking<BufWriter<Stdout>>;

/// Holds the terminal; dropping it gives it back, also while a panic unwinds. What the panic said is told afterwards,
/// by `cli`.
pub(super) struct Guard {
    /// Never dropped by itself: ratatui would then show the cursor, and complain on a stderr that is gone together with
    /// the terminal. [`give_back`] does all there is to do.
    terminal: ManuallyDrop<Terminal<Screen>>,
}

impl Guard {
    /// Takes the terminal over.
    pub(super) fn enter(links: Hyperlinks) -> io::Result<Self> {
        take()?;
        let screen = CrosstermBackend::new(BufWriter::with_capacity(64 * 1024, io::stdout()));
        let screen = Linking::new(screen, links);
        let terminal = Terminal::new(screen).inspect_err(|_| give_back())?;
        let terminal = ManuallyDrop::new(terminal);
        Ok(Self { terminal })
    }

    /// What is drawn on.
    pub(super) fn terminal(&mut self) -> &mut Terminal<Screen> {
        &mut self.terminal
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        give_back();
    }
}

fn take() -> io::Result<()> {
    terminal::enable_raw_mode()?;
    enter_screen().inspect_err(|_| give_back())
}

fn enter_screen() -> io::Result<()> {
    execute!(
        io::stdout(),
        EnterAlternateScreen,
        EnableBracketedPaste,
        Hide
    )
}

/// Every step is tried, whatever became of the one before: the terminal may be gone already.
fn give_back() {
    let _ = execute!(io::stdout(), DisableBracketedPaste);
    let _ = execute!(io::stdout(), LeaveAlternateScreen);
    let _ = execute!(io::stdout(), Show);
    let _ = terminal::disable_raw_mode();
    let _ = io::stdout().flush();
}

/// Gives the terminal back, stops the whole job as `^Z` does in a shell, and takes it over again after `fg`.
#[cfg(unix)]
pub(super) fn suspend() -> io::Result<()> {
    give_back();
    rustix::process::kill_current_process_group(rustix::process::Signal::TSTP)?;
    take()
}

/// Takes the terminal over anew after the program was stopped and goes on: a shell had it meanwhile, and left modes of
/// its own. The modes of before the start stay those that are given back.
#[cfg(unix)]
pub(super) fn take_again() -> io::Result<()> {
    use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

    // crossterm takes the terminal for raw already. To say otherwise would make it cooked for a moment, and a key
    // pressed then would be another one.
    let mut modes = tcgetattr(io::stdin())?;
    modes.make_raw();
    tcsetattr(io::stdin(), OptionalActions::Now, &modes)?;
    enter_screen()
}

/// Writes a sequence to the terminal, between two frames.
pub(super) fn write(octets: &[u8]) -> io::Result<()> {
    let mut terminal = io::stdout().lock();
    terminal.write_all(octets)?;
    terminal.flush()
}

/// Clears the screen; the next frame is drawn whole. ([`Terminal::clear`] asks the terminal where its cursor stands,
/// waits two seconds for the answer, and fails where none comes.)
pub(super) fn clear<B: Backend>(terminal: &mut Terminal<B>) -> Result<(), B::Error> {
    let size = terminal.size()?;
    terminal.resize(Rect::from((Position::ORIGIN, size)))
}

/// Throws away what the terminal does not take, once the program shall end: the loop may hang in the writing of a frame
/// to a terminal that reads no more, and would not hear the signal before it does. Where the loop has ended, so has
/// this; it is given a second for it.
#[cfg(unix)]
pub(super) async fn let_go(mut signals: Signals) {
    use rustix::process::{getpid, kill_process};
    use rustix::termios::{QueueSelector, tcflush};

    while signals.next().await != Signal::End {}
    tokio::time::sleep(Duration::from_secs(1)).await;
    while tcflush(io::stdout(), QueueSelector::OFlush).is_ok() {
        // The write sleeps on, though there is room now; any signal with a handler wakes it, and this one does no more.
        let _ = kill_process(getpid(), rustix::process::Signal::WINCH);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A console takes what is written.
#[cfg(not(unix))]
pub(super) async fn let_go(_signals: Signals) {}

/// There is no job control here.
#[cfg(not(unix))]
pub(super) fn suspend() -> io::Result<()> {
    Ok(())
}

/// There is no job control here.
#[cfg(not(unix))]
pub(super) fn take_again() -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::Read as _;

    use portable_pty::{CommandBuilder, PtySize, native_pty_system};

    use super::*;

    /// Set for the process that shall panic.
    const CHILD: &str = "POPTUI_TEST_PANICS";

    /// Runs itself once more, in a terminal of its own, and panics there.
    #[test]
    fn a_panic_gives_the_terminal_back() {
        if std::env::var_os(CHILD).is_some() {
            let _guard = Guard::enter(Hyperlinks::default()).expect("a terminal");
            panic!("expected by the test");
        }
        let pty = native_pty_system()
            .openpty(PtySize::default())
            .expect("a pty");
        let modes = || pty.master.get_termios().expect("modes");
        let before = modes();
        let mut command = CommandBuilder::new(std::env::current_exe().expect("this test"));
        let name = "runtime::terminal::tests::a_panic_gives_the_terminal_back";
        command.args(["--exact", name, "--nocapture"]);
        command.env(CHILD, "1");
        let mut child = pty.slave.spawn_command(command).expect("starts");
        let mut reader = pty.master.try_clone_reader().expect("a reader");
        let reading = std::thread::spawn(move || {
            let mut told = Vec::new();
            // The end of the program is an error here (EIO).
            let _ = reader.read_to_end(&mut told);
            String::from_utf8_lossy(&told).into_owned()
        });
        let status = child.wait().expect("ends");
        assert!(!status.success(), "it panicked");
        assert_eq!(modes(), before, "raw mode is off");
        drop(pty);
        let told = reading.join().expect("was read");
        let last = |sequence| told.rfind(sequence);
        assert!(last("\u{1b}[?1049l") > last("\u{1b}[?1049h"), "{told:?}");
        assert!(last("\u{1b}[?25h") > last("\u{1b}[?25l"), "{told:?}");
        assert!(last("\u{1b}[?2004l") > last("\u{1b}[?2004h"), "{told:?}");
    }
}
