//! The progress bar of `poptui fetch`: one line on stderr, redrawn in place, gone at the end.

use std::io::{self, IsTerminal as _, Write as _};

use crate::fetch::{Progress, Stage};
use crate::mail;
use crate::mail::words;

use super::board::Standing;
use super::out::width_of;

/// The line, if a terminal is there to show it.
pub(super) struct Bar {
    terminal: bool,
    /// Cells drawn last, to be wiped by as many blanks: that needs no escape sequence.
    drawn: usize,
}

/// Cells of the bar itself.
const CELLS: u64 = 20;

impl Bar {
    pub(super) fn new() -> Self {
        Self {
            terminal: io::stderr().is_terminal(),
            drawn: 0,
        }
    }

    pub(super) fn draw(&mut self, standings: &[Standing]) {
        if self.terminal {
            self.show(&line(standings));
        }
    }

    /// Shows a line of ours.
    pub(super) fn show(&mut self, line: &str) {
        if !self.terminal {
            return;
        }
        // The last cell stays free: a terminal would go to the next line behind it.
        let line = fitted(line, usize::from(width_of(&io::stderr())) - 1);
        let cells = mail::width(&line);
        let wipe = " ".repeat(self.drawn.saturating_sub(cells));
        write(&format!("\r{line}{wipe}"));
        self.drawn = cells;
    }

    /// How much of a whole is done, as a row of cells.
    pub(super) fn cells(done: u64, whole: u64) -> String {
        let filled = (u128::from(done) * u128::from(CELLS)).checked_div(u128::from(whole));
        let filled = filled.map_or(0, |filled| u64::try_from(filled).unwrap_or(CELLS));
        let cell = |cell| if cell < filled { '#' } else { '-' };
        let cells: String = (0..CELLS).map(cell).collect();
        format!("[{cells}]")
    }

    /// Clears the line, before anything else is written and at the end.
    pub(super) fn erase(&mut self) {
        if self.drawn > 0 {
            write(&format!("\r{}\r", " ".repeat(self.drawn)));
            self.drawn = 0;
        }
    }
}

fn write(text: &str) {
    let mut stderr = io::stderr();
    // A bar that nobody can see is no reason to stop fetching.
    let _ = stderr
        .write_all(text.as_bytes())
        .and_then(|()| stderr.flush());
}

/// What all accounts together have done, in one line.
fn line(standings: &[Standing]) -> String {
    let running: Vec<_> = standings
        .iter()
        .filter(|standing| !standing.ended)
        .collect();
    let sum = sum(standings);
    let deleting = |standing: &&Standing| standing.stage == Some(Stage::Deleting);
    if sum.mails_total == 0 || (!running.is_empty() && running.iter().all(deleting)) {
        let stage = running
            .iter()
            .filter_map(|standing| standing.stage)
            .min_by_key(|stage| rank(*stage));
        return format!("poptui: {}", stage.map_or("starting", Stage::in_words));
    }
    let bar = match sum.octets_total {
        0 => Bar::cells(sum.mails, sum.mails_total),
        total => Bar::cells(sum.octets, total),
    };
    let mut parts = vec![
        format!(
            "{bar} {} of {} mails",
            words::grouped(sum.mails),
            words::grouped(sum.mails_total)
        ),
        format!(
            "{} of {}",
            words::octets(sum.octets),
            words::octets(sum.octets_total)
        ),
    ];
    if sum.rate >= 1.0 {
        parts.push(format!("{}/s", words::octets(whole(sum.rate))));
    }
    if let Some(seconds) = sum.seconds_left {
        parts.push(format!("{} left", words::duration(seconds)));
    }
    parts.join(", ")
}

fn sum(standings: &[Standing]) -> Progress {
    let mut sum = Progress::default();
    for Standing {
        progress, ended, ..
    } in standings
    {
        sum.mails += progress.mails;
        sum.mails_total += progress.mails_total;
        sum.octets += progress.octets;
        sum.octets_total += progress.octets_total;
        if *ended {
            continue;
        }
        sum.rate += progress.rate;
        // They run side by side: the slowest one tells.
        sum.seconds_left = match (sum.seconds_left, progress.seconds_left) {
            (Some(a), Some(b)) => Some(a.max(b)),
            (a, b) => a.or(b),
        };
    }
    sum
}

/// The line cut to so many cells. All of it is ours, and one cell a character.
fn fitted(line: &str, cells: usize) -> String {
    line.chars().take(cells).collect()
}

/// What the earliest account is doing says most about the wait.
fn rank(stage: Stage) -> u8 {
    match stage {
        Stage::Connecting => 0,
        Stage::SigningIn => 1,
        Stage::Listing => 2,
        Stage::Downloading => 3,
        Stage::Deleting => 4,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, which is what is wanted"
)]
fn whole(number: f64) -> u64 {
    number as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(mails: u64, octets: u64) -> Standing {
        let progress = Progress {
            mails,
            mails_total: 1_200,
            octets,
            octets_total: 10_000_000,
            rate: 500_000.0,
            seconds_left: Some(7.2),
        };
        Standing {
            stage: Some(Stage::Downloading),
            progress,
            ended: false,
        }
    }

    #[test]
    fn the_line_tells_mails_octets_rate_and_time_left() {
        assert_eq!(
            line(&[at(312, 2_500_000)]),
            "[#####---------------] 312 of 1,200 mails, 2.5 MB of 10.0 MB, 500 KB/s, 8 s left"
        );
    }

    #[test]
    fn accounts_are_added_up_and_ended_ones_have_no_rate() {
        let ended = Standing {
            ended: true,
            ..at(1_200, 10_000_000)
        };
        assert_eq!(
            line(&[at(0, 0), ended]),
            "[##########----------] 1,200 of 2,400 mails, 10.0 MB of 20.0 MB, 500 KB/s, 8 s left"
        );
    }

    #[test]
    fn behind_the_last_mail_it_tells_that_the_server_is_being_cleared() {
        let deleting = Standing {
            stage: Some(Stage::Deleting),
            ..at(1_200, 10_000_000)
        };
        assert_eq!(
            line(&[deleting]),
            "poptui: deleting on the server what is stored here"
        );
    }

    #[test]
    fn before_the_first_mail_it_tells_what_is_waited_for() {
        let standing = |stage| Standing {
            stage,
            ..Standing::default()
        };
        assert_eq!(line(&[standing(None)]), "poptui: starting");
        assert_eq!(
            line(&[
                standing(Some(Stage::Listing)),
                standing(Some(Stage::SigningIn))
            ]),
            "poptui: signing in"
        );
    }

    #[test]
    fn more_than_announced_does_not_burst_the_bar() {
        let line = line(&[at(1_300, 99_000_000)]);
        assert!(line.starts_with("[####################] "), "{line}");
        assert_eq!(fitted(&line, 10), "[#########");
    }
}
