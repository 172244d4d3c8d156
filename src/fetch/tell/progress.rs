//! What a fetch tells while it runs, and how it reckons rate and time left.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::mail::MessageId;

/// At most ten times a second: more often nobody can see.
pub(in crate::fetch) const EVERY: Duration = Duration::from_millis(100);
/// The rate is that of the last seconds: an old burst says nothing about the time left.
const SPAN: Duration = Duration::from_secs(5);

/// What a fetch tells while it runs.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// What it is about to do.
    Stage(Stage),
    /// How far the download is; sent at most ten times a second.
    Progress(Progress),
    /// These mails are committed and can be shown.
    Stored(Vec<MessageId>),
    /// These mails were here in part, or in doubt; now they are here as they are, in their place.
    Changed(Vec<MessageId>),
}

/// What a fetch is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Name, TCP, TLS.
    Connecting,
    /// Log-in.
    SigningIn,
    /// UIDL and LIST.
    Listing,
    /// RETR.
    Downloading,
    /// DELE and QUIT.
    Deleting,
}

impl Stage {
    /// What is going on, for the one who waits.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::SigningIn => "signing in",
            Self::Listing => "asking what is new",
            Self::Downloading => "fetching",
            Self::Deleting => "deleting on the server what is stored here",
        }
    }
}

/// How far the download is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Progress {
    /// Mails received.
    pub mails: u64,
    /// Mails to be received.
    pub mails_total: u64,
    /// Octets received.
    pub octets: u64,
    /// Octets to be received, as LIST told.
    pub octets_total: u64,
    /// Octets a second, over the last seconds.
    pub rate: f64,
    /// Seconds left, once it can be told.
    pub seconds_left: Option<f64>,
}

/// Turns counters into [`Progress`].
#[derive(Debug)]
pub(in crate::fetch) struct Meter {
    mails_total: u64,
    octets_total: u64,
    samples: VecDeque<(Instant, u64)>,
}

impl Meter {
    /// For a download of so many mails and octets that begins now.
    pub(in crate::fetch) fn new(mails_total: u64, octets_total: u64, now: Instant) -> Self {
        Self {
            mails_total,
            octets_total,
            samples: VecDeque::from([(now, 0)]),
        }
    }

    /// How far it is. LIST can be wrong about the octets, so they never pass the total.
    pub(in crate::fetch) fn read(&mut self, mails: u64, octets: u64, now: Instant) -> Progress {
        let octets = octets.min(self.octets_total);
        self.samples.push_back((now, octets));
        // The oldest sample kept is the first one older than the span.
        while self.samples.len() > 2 && now.duration_since(self.samples[1].0) >= SPAN {
            self.samples.pop_front();
        }
        let rate = self.rate(now, octets);
        Progress {
            mails,
            mails_total: self.mails_total,
            octets,
            octets_total: self.octets_total,
            rate,
            seconds_left: (rate > 0.0).then(|| as_float(self.octets_total - octets) / rate),
        }
    }

    fn rate(&self, now: Instant, octets: u64) -> f64 {
        let Some((since, before)) = self.samples.front() else {
            return 0.0;
        };
        let seconds = now.duration_since(*since).as_secs_f64();
        if seconds < EVERY.as_secs_f64() {
            return 0.0;
        }
        as_float(octets.saturating_sub(*before)) / seconds
    }
}

#[expect(clippy::cast_precision_loss, reason = "a rate for people's eyes")]
fn as_float(octets: u64) -> f64 {
    octets as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rate_and_time_left_follow_the_last_seconds() {
        let start = Instant::now();
        let mut meter = Meter::new(10, 100_000, start);
        let first = meter.read(0, 0, start);
        assert_eq!(first.seconds_left, None);
        let mut last = first;
        for second in 1..=20 {
            last = meter.read(
                second / 2,
                second * 1_000,
                start + Duration::from_secs(second),
            );
        }
        assert!((last.rate - 1_000.0).abs() < 1.0, "{}", last.rate);
        assert!((last.seconds_left.unwrap() - 80.0).abs() < 1.0);
    }

    #[test]
    fn more_octets_than_listed_never_pass_the_total() {
        let start = Instant::now();
        let mut meter = Meter::new(1, 100, start);
        let progress = meter.read(1, 5_000, start + Duration::from_secs(1));
        assert_eq!(progress.octets, 100);
        assert_eq!(progress.seconds_left, Some(0.0));
    }
}
