//! The disciplines: what is measured, and what poptui must reach and would like to.

use crate::proxy::Hide;
use crate::world::Maildrop;

/// A line of the table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    /// For `--row`.
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) work: Work,
    pub(crate) must: &'static [Bar],
    pub(crate) aim: &'static [Bar],
}

/// What is done and counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// Seconds for a first fetch.
    Fetch { maildrop: Maildrop, line: Line },
    /// Processor seconds of a first fetch of 1,000 mails.
    Processor,
    /// `fsync` and `fdatasync` of a first fetch of 10,000 mails.
    Flushes,
    /// Seconds for a fetch that finds nothing new among 50,000.
    Poll { line: Line },
    /// Seconds for deleting 1,000 mails that were fetched before.
    Delete { line: Line },
    /// MiB at the peak of a first fetch.
    Peak { maildrop: Maildrop },
}

/// The way to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line {
    /// Milliseconds.
    pub(crate) round_trip: u64,
    pub(crate) tls: Tls,
    pub(crate) hide: Hide,
}

/// Whether the line is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tls {
    Off,
    On,
}

/// What a figure of poptui's is held against.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Bar {
    /// At most so many times that of the raw reader.
    Raw(f64),
    /// At most so many times that of mpop.
    Mpop(f64),
    /// At most so many round trips more than the raw reader.
    RawAndTrips(u32),
    /// At most this.
    Most(f64),
    /// At least so many mails a second.
    Rate(f64),
}

const fn plain(round_trip: u64) -> Line {
    Line {
        round_trip,
        tls: Tls::Off,
        hide: Hide::Nothing,
    }
}

const fn tls(round_trip: u64) -> Line {
    Line {
        tls: Tls::On,
        ..plain(round_trip)
    }
}

const fn thousand(line: Line) -> Work {
    Work::Fetch {
        maildrop: Maildrop::Thousand,
        line,
    }
}

/// All rows, in the order of the table.
pub(crate) const ROWS: &[Row] = &[
    Row {
        name: "plain-20",
        title: "1,000 mails, 20 ms",
        work: thousand(plain(20)),
        must: &[Bar::Raw(2.5), Bar::Mpop(0.75)],
        aim: &[Bar::Raw(1.7)],
    },
    Row {
        name: "plain-50",
        title: "1,000 mails, 50 ms",
        work: thousand(plain(50)),
        must: &[Bar::Raw(1.6), Bar::Mpop(0.45)],
        aim: &[Bar::Raw(1.3)],
    },
    Row {
        name: "plain-100",
        title: "1,000 mails, 100 ms",
        work: thousand(plain(100)),
        must: &[Bar::Raw(1.4), Bar::Mpop(0.40)],
        aim: &[Bar::Raw(1.2)],
    },
    Row {
        name: "tls-20",
        title: "1,000 mails, 20 ms, TLS",
        work: thousand(tls(20)),
        must: &[Bar::Raw(1.6)],
        aim: &[Bar::Raw(1.3)],
    },
    Row {
        name: "tls-50",
        title: "1,000 mails, 50 ms, TLS",
        work: thousand(tls(50)),
        must: &[Bar::Raw(1.4)],
        aim: &[Bar::Raw(1.2)],
    },
    Row {
        name: "tls-100",
        title: "1,000 mails, 100 ms, TLS",
        work: thousand(tls(100)),
        must: &[Bar::Raw(1.25)],
        aim: &[Bar::Raw(1.15)],
    },
    Row {
        name: "lock-step",
        title: "100 mails, 50 ms, server without PIPELINING",
        work: Work::Fetch {
            maildrop: Maildrop::Hundred,
            line: Line {
                hide: Hide::Pipelining,
                ..plain(50)
            },
        },
        must: &[Bar::Raw(1.05)],
        aim: &[Bar::Raw(1.02)],
    },
    Row {
        name: "disk",
        title: "10,000 mails, no latency, on a disk",
        work: Work::Fetch {
            maildrop: Maildrop::TenThousand,
            line: plain(0),
        },
        must: &[Bar::Mpop(0.5), Bar::Rate(4_000.0)],
        aim: &[Bar::Mpop(0.25), Bar::Rate(5_500.0)],
    },
    Row {
        name: "flushes",
        title: "flushes to disk for these 10,000",
        work: Work::Flushes,
        must: &[Bar::Most(100.0)],
        aim: &[],
    },
    Row {
        name: "processor",
        title: "processor time for 1,000 mails",
        work: Work::Processor,
        must: &[Bar::Most(0.35)],
        aim: &[Bar::Most(0.2)],
    },
    Row {
        name: "memory-1k",
        title: "peak memory, 1,000 mails",
        work: Work::Peak {
            maildrop: Maildrop::Thousand,
        },
        must: &[Bar::Most(64.0)],
        aim: &[Bar::Most(32.0)],
    },
    Row {
        name: "memory-50k",
        title: "peak memory, 50,000 mails (1 GB)",
        work: Work::Peak {
            maildrop: Maildrop::FiftyThousand,
        },
        must: &[Bar::Most(64.0)],
        aim: &[Bar::Most(32.0)],
    },
    Row {
        name: "memory-large",
        title: "peak memory, one mail of 200 MB",
        work: Work::Peak {
            maildrop: Maildrop::Large,
        },
        must: &[Bar::Most(448.0)],
        aim: &[Bar::Most(256.0)],
    },
    Row {
        name: "poll-0",
        title: "nothing new, 50,000 kept on the server",
        work: Work::Poll { line: plain(0) },
        must: &[Bar::Raw(1.5)],
        aim: &[Bar::Raw(1.2)],
    },
    Row {
        name: "poll-50",
        title: "nothing new, 50,000 kept, 50 ms",
        work: Work::Poll { line: plain(50) },
        must: &[Bar::RawAndTrips(1)],
        aim: &[Bar::Raw(1.2)],
    },
    Row {
        name: "delete-50",
        title: "deleting 1,000, 50 ms",
        work: Work::Delete { line: plain(50) },
        must: &[Bar::RawAndTrips(2)],
        aim: &[],
    },
];

impl Row {
    /// The maildrop it needs.
    pub(crate) fn drop(&self) -> Maildrop {
        match self.work {
            Work::Fetch { maildrop, .. } | Work::Peak { maildrop } => maildrop,
            Work::Processor | Work::Delete { .. } => Maildrop::Thousand,
            Work::Flushes => Maildrop::TenThousand,
            Work::Poll { .. } => Maildrop::FiftyThousand,
        }
    }

    /// Milliseconds.
    pub(crate) fn round_trip(&self) -> u64 {
        match self.work {
            Work::Fetch { line, .. } | Work::Poll { line } | Work::Delete { line } => {
                line.round_trip
            }
            Work::Processor | Work::Flushes | Work::Peak { .. } => 0,
        }
    }
}
