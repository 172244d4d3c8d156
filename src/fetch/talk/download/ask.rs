//! What a download asks for next: as much as the window holds, and no more than the session's budget allows.

use tokio::time::Instant;

use crate::pop3::{Command, Window};

use crate::fetch::judge::pace::Pace;
use crate::fetch::talk::download::{Download, Seal};
use crate::fetch::talk::idle::confirm;
use crate::fetch::talk::task::Task;
use crate::fetch::tell::trouble::Trouble;

impl Download<'_> {
    /// Asks for more. Once all is answered that was asked for in a row, it is made sure first that the answers were in
    /// step.
    pub(super) async fn go_on(&mut self) -> Result<(), Trouble> {
        self.ask();
        while self.seal == Seal::Sent && self.awaited.is_empty() {
            confirm(self.client).await?;
            confirm(self.client).await?;
            self.seal = Seal::Unneeded;
            self.ask();
        }
        Ok(())
    }

    /// Asks for as much as the window holds; for nothing more once the session is to be ended.
    fn ask(&mut self) {
        let is_over = self.budget.is_used_up(Instant::now()) || self.outcome.refusals.are_enough();
        if self.seal != Seal::Sent && !is_over {
            self.fill_window();
        }
        if is_over || self.upcoming.is_empty() {
            self.seal();
        }
        if is_over && self.seal != Seal::Sent {
            self.ask_for_what_was_brought();
        }
    }

    /// Goes out with the last mail of the row: on a long line nobody waits for it.
    fn seal(&mut self) {
        if self.seal == Seal::Missing {
            self.client.send(Command::Noop, 0);
            self.client.send(Command::Noop, 0);
            self.seal = Seal::Sent;
        }
    }

    fn fill_window(&mut self) {
        let window = self.window();
        while self.awaited.is_empty()
            || (self.reach.is_within(window) && !self.outcome.refusals.are_many())
        {
            let Some(task) = self.next_task() else {
                return;
            };
            self.ask_for(task);
        }
    }

    /// A mail that was brought and is to be read again is read before the session ends: some servers list none of these
    /// any more.
    fn ask_for_what_was_brought(&mut self) {
        if !self.awaited.is_empty() {
            return;
        }
        let client = &self.client;
        let is_brought = |task: &Task| client.unkept.has(task.errand.listed.number);
        let place = self.alone.iter().position(is_brought);
        if let Some(task) = place.and_then(|place| self.alone.remove(place)) {
            self.fall_into_lock_step();
            self.ask_for(task);
        }
    }

    fn ask_for(&mut self, task: Task) {
        self.client.send(task.command(), task.errand.octets());
        match self.pace {
            Pace::Checked => self.client.send(Command::Noop, 0),
            Pace::Pipelined => self.seal = Seal::Missing,
            Pace::LockStep => {}
        }
        self.reach.grow(&task);
        self.awaited.push_back(task);
    }

    /// On a slow line no more is asked for than comes within moments: QUIT waits until all of it is here.
    fn window(&self) -> Window {
        let window = self.pace.window();
        let octets = self.client.received() - self.octets_before;
        let reach = self.budget.reach(octets, Instant::now());
        Window {
            reply_octets: window.reply_octets.min(reach),
            ..window
        }
    }

    pub(super) fn answered(&mut self) {
        if let Some(task) = self.awaited.pop_front() {
            self.reach.shrink(&task);
        }
    }

    /// When all else is here, doubtful mails are read in lock-step: what was out of step was so because of the
    /// pipelining, and a fault that strikes once does not strike twice.
    fn next_task(&mut self) -> Option<Task> {
        if let Some(errand) = self.outcome.refusals.next(&mut self.upcoming) {
            return Some(Task::first(errand));
        }
        if !self.awaited.is_empty() {
            return None;
        }
        let task = self.alone.pop_front()?;
        self.fall_into_lock_step();
        Some(task)
    }

    fn fall_into_lock_step(&mut self) {
        self.pace = Pace::LockStep;
        self.client.set_window(Window::LOCK_STEP);
    }
}
