//! Commands queued, and commands on the wire: how many may be outstanding, and in what order they are answered.

use std::collections::VecDeque;
use std::fmt::Write;

use super::decoder::Shape;
use super::{Command, Outgoing, Window};

/// What a message of unknown size counts for in [`Window::reply_octets`].
const UNKNOWN_SIZE: u64 = 64 << 10;

/// Commands queued, and commands on the wire.
#[derive(Debug)]
pub(super) struct Pipeline {
    window: Window,
    queue: VecDeque<Queued>,
    open: VecDeque<Open>,
    /// Octets of the open commands.
    command_octets: usize,
    /// Octets that the open commands ask for.
    reply_octets: u64,
}

#[derive(Debug)]
struct Queued {
    command: Command,
    expect: u64,
}

/// A command that was written and is not answered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Open {
    pub(super) command: Command,
    /// What its answer looks like.
    pub(super) shape: Shape,
    octets: usize,
}

impl Pipeline {
    pub(super) fn new() -> Self {
        Self {
            window: Window::LOCK_STEP,
            queue: VecDeque::new(),
            open: VecDeque::new(),
            command_octets: 0,
            reply_octets: 0,
        }
    }

    pub(super) fn send(&mut self, command: Command, expect: u64) {
        self.queue.push_back(Queued { command, expect });
    }

    /// Forgets what is queued.
    pub(super) fn withdraw(&mut self) {
        self.queue.clear();
    }

    /// A command that went out before there was a pipeline.
    pub(super) fn adopt(&mut self, command: Command) {
        let octets = command.to_string().len() + 2;
        self.command_octets += octets;
        self.open.push_back(Open {
            command,
            shape: shape(command, 0),
            octets,
        });
    }

    pub(super) fn set_window(&mut self, window: Window) {
        self.window = window;
    }

    /// Commands queued or unanswered.
    pub(super) fn outstanding(&self) -> usize {
        self.queue.len() + self.open.len()
    }

    /// The command that is answered next.
    pub(super) fn front(&self) -> Option<Open> {
        self.open.front().copied()
    }

    /// That command was answered.
    pub(super) fn close(&mut self) {
        let Some(open) = self.open.pop_front() else {
            return;
        };
        self.command_octets -= open.octets;
        self.reply_octets -= weight(open.shape);
    }

    /// Whether so little is open that the server could soon be idle: less than half of what may be.
    pub(super) fn is_low(&self) -> bool {
        self.command_octets <= self.window.command_octets / 2
            && self.reply_octets <= self.window.reply_octets / 2
    }

    /// All commands that may go now, whole and in one piece: servers were seen that take half a
    /// command for a whole one.
    pub(super) fn write(&mut self) -> Option<Outgoing> {
        let mut text = String::new();
        while let Some(Queued { command, expect }) = self.queue.front() {
            let start = text.len();
            // Writing to a string cannot fail.
            let _ = write!(text, "{command}\r\n");
            let open = Open {
                command: *command,
                shape: shape(*command, *expect),
                octets: text.len() - start,
            };
            if !self.has_room_for(&open) {
                text.truncate(start);
                break;
            }
            self.queue.pop_front();
            self.command_octets += open.octets;
            self.reply_octets += weight(open.shape);
            self.open.push_back(open);
        }
        (!text.is_empty()).then(|| Outgoing::from(text.into_bytes()))
    }

    fn has_room_for(&self, next: &Open) -> bool {
        if self.open.is_empty() {
            return true;
        }
        // QUIT goes alone: a line that breaks behind it must not leave the fate of others open.
        if next.command == Command::Quit || self.has_quit() {
            return false;
        }
        let room = self.command_octets + next.octets <= self.window.command_octets;
        let asks = weight(next.shape);
        // One message is always allowed, as large as it may be.
        let small = asks == 0
            || self.reply_octets == 0
            || self.reply_octets.saturating_add(asks) <= self.window.reply_octets;
        room && small
    }

    fn has_quit(&self) -> bool {
        self.open
            .back()
            .is_some_and(|open| open.command == Command::Quit)
    }
}

fn shape(command: Command, expect: u64) -> Shape {
    match command {
        Command::List => Shape::List,
        Command::Uidl => Shape::Uidl,
        Command::Retr(_) | Command::Top(..) => Shape::Message(expect),
        Command::Dele(_) | Command::Noop | Command::Rset | Command::Quit => Shape::Status,
    }
}

/// What an answer counts for in [`Window::reply_octets`]. Bounded, as the server tells it and it is summed.
fn weight(shape: Shape) -> u64 {
    match shape {
        Shape::Message(0) => UNKNOWN_SIZE,
        Shape::Message(expect) => expect.min(1 << 40),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(pipeline: &mut Pipeline) -> String {
        let octets = pipeline.write().map(|octets| octets.to_vec());
        String::from_utf8(octets.unwrap_or_default()).expect("commands are ASCII")
    }

    fn pipeline(command_octets: usize, reply_octets: u64) -> Pipeline {
        let mut pipeline = Pipeline::new();
        pipeline.set_window(Window {
            command_octets,
            reply_octets,
        });
        pipeline
    }

    #[test]
    fn until_told_otherwise_one_command_waits_for_one_answer() {
        let mut pipeline = Pipeline::new();
        pipeline.send(Command::Noop, 0);
        pipeline.send(Command::Uidl, 0);
        assert_eq!(written(&mut pipeline), "NOOP\r\n");
        assert_eq!(written(&mut pipeline), "");
        pipeline.close();
        assert_eq!(written(&mut pipeline), "UIDL\r\n");
        assert_eq!(pipeline.outstanding(), 1);
    }

    #[test]
    fn commands_that_may_go_together_go_in_one_write() {
        let mut pipeline = pipeline("DELE 1\r\n".len() * 3, 1024);
        for number in 1..=4 {
            pipeline.send(Command::Dele(number), 0);
        }
        assert_eq!(written(&mut pipeline), "DELE 1\r\nDELE 2\r\nDELE 3\r\n");
        pipeline.close();
        assert_eq!(written(&mut pipeline), "DELE 4\r\n");
    }

    #[test]
    fn the_octets_of_open_commands_are_bounded() {
        let mut pipeline = pipeline(20, 1 << 20);
        for number in 1..=3 {
            pipeline.send(Command::Retr(number), 10);
        }
        assert_eq!(written(&mut pipeline), "RETR 1\r\nRETR 2\r\n");
    }

    #[test]
    fn no_count_bounds_small_mails() {
        let mut pipeline = pipeline(16 << 10, 48 << 20);
        for number in 1..=1_000 {
            pipeline.send(Command::Retr(number), 20_000);
        }
        assert_eq!(written(&mut pipeline).lines().count(), 1_000);
    }

    #[test]
    fn the_window_is_filled_again_when_half_of_it_is_answered_and_not_at_each_answer() {
        let mut pipeline = pipeline(16 << 10, 1_000);
        for number in 1..=20 {
            pipeline.send(Command::Retr(number), 100);
        }
        assert_eq!(written(&mut pipeline).lines().count(), 10);
        for answered in 1..=4 {
            pipeline.close();
            assert!(!pipeline.is_low(), "{answered}");
        }
        pipeline.close();
        assert!(pipeline.is_low());
        assert_eq!(written(&mut pipeline).lines().count(), 5);
    }

    #[test]
    fn the_octets_asked_for_are_bounded_but_one_message_is_always_allowed() {
        let mut pipeline = pipeline(1024, 100);
        for (number, expect) in [(1, 5000), (2, 60), (3, 40), (4, 1), (5, 0)] {
            pipeline.send(Command::Retr(number), expect);
        }
        assert_eq!(written(&mut pipeline), "RETR 1\r\n");
        pipeline.close();
        assert_eq!(written(&mut pipeline), "RETR 2\r\nRETR 3\r\n");
        pipeline.close();
        assert_eq!(written(&mut pipeline), "RETR 4\r\n");
        pipeline.close();
        pipeline.close();
        assert_eq!(written(&mut pipeline), "RETR 5\r\n");
    }

    #[test]
    fn what_is_taken_back_is_not_written_and_what_was_written_is_still_awaited() {
        let mut pipeline = Pipeline::new();
        pipeline.send(Command::Dele(1), 0);
        pipeline.send(Command::Dele(2), 0);
        assert_eq!(written(&mut pipeline), "DELE 1\r\n");
        pipeline.withdraw();
        assert_eq!(pipeline.outstanding(), 1);
        pipeline.close();
        assert_eq!(written(&mut pipeline), "");
    }

    #[test]
    fn quit_goes_when_all_else_is_answered_and_nothing_follows_it() {
        let mut pipeline = pipeline(1024, 1024);
        for command in [Command::Noop, Command::Quit, Command::Noop] {
            pipeline.send(command, 0);
        }
        assert_eq!(written(&mut pipeline), "NOOP\r\n");
        pipeline.close();
        assert_eq!(written(&mut pipeline), "QUIT\r\n");
        assert_eq!(written(&mut pipeline), "");
    }
}
