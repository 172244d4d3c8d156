//! The table: a line for each discipline, a column for each client, and what poptui must and would like to reach.

use std::collections::BTreeMap;

use crate::clients::Client;
use crate::rows::{Bar, Row, Work};

/// What a client reached.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Figure {
    pub(crate) value: f64,
    pub(crate) kind: Kind,
}

/// How it was come by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Measured,
    /// From a sample of the mails, times what is missing.
    Extrapolated,
}

pub(crate) type Figures = BTreeMap<Client, Figure>;

/// In Markdown.
pub(crate) fn head() -> String {
    let names = Client::ALL.map(Client::name).join(" | ");
    let lines = "|---".repeat(Client::ALL.len() + 3);
    format!("| work | {names} | must | aim |\n{lines}|")
}

/// In Markdown.
pub(crate) fn line(row: &Row, figures: &Figures) -> String {
    let cells = Client::ALL.map(|client| {
        figures
            .get(&client)
            .map_or("—".to_owned(), |figure| cell(row.work, *figure))
    });
    let bars = |bars: &[Bar]| {
        let bars = bars.iter().map(|bar| judged(*bar, row, figures));
        bars.collect::<Vec<_>>().join("; ")
    };
    format!(
        "| {} | {} | {} | {} |",
        row.title,
        cells.join(" | "),
        bars(row.must),
        bars(row.aim)
    )
}

/// Whether it reached all it must. What cannot be said counts as reached.
pub(crate) fn passes(row: &Row, figures: &Figures) -> bool {
    row.must
        .iter()
        .all(|bar| holds(*bar, row, figures).is_none_or(|(_, holds)| holds))
}

fn cell(work: Work, figure: Figure) -> String {
    let about = match figure.kind {
        Kind::Measured => "",
        Kind::Extrapolated => "≈ ",
    };
    let value = figure.value;
    match work {
        Work::Flushes => format!("{about}{value:.0}"),
        Work::Peak { .. } => format!("{about}{value:.0} MiB"),
        _ if value < 10.0 => format!("{about}{value:.2} s"),
        _ => format!("{about}{value:.0} s"),
    }
}

fn judged(bar: Bar, row: &Row, figures: &Figures) -> String {
    let wanted = match bar {
        Bar::Raw(times) => format!("{times} × raw"),
        Bar::Mpop(times) => format!("{times} × mpop"),
        Bar::RawAndTrips(1) => "raw + 1 round trip".to_owned(),
        Bar::RawAndTrips(trips) => format!("raw + {trips} round trips"),
        Bar::Most(most) => cell(
            row.work,
            Figure {
                value: most,
                kind: Kind::Measured,
            },
        ),
        Bar::Rate(rate) => format!("{rate} mails/s"),
    };
    match holds(bar, row, figures) {
        None => format!("{wanted} ?"),
        Some((Some(reached), true)) => format!("{wanted} ✓ {reached}"),
        Some((Some(reached), false)) => format!("{wanted} ✗ {reached}"),
        Some((None, true)) => format!("{wanted} ✓"),
        Some((None, false)) => format!("{wanted} ✗"),
    }
}

/// What was reached, in the bar's own measure, and whether that is enough. `None` where somebody did not run.
fn holds(bar: Bar, row: &Row, figures: &Figures) -> Option<(Option<String>, bool)> {
    let value = |client| figures.get(&client).map(|figure: &Figure| figure.value);
    let own = value(Client::Poptui)?;
    let trip = f64::from(u32::try_from(row.round_trip()).ok()?) / 1_000.0;
    let ratio = |own: f64, other: f64, times| {
        let reached = own / other;
        (Some(format!("({reached:.2})")), reached <= times)
    };
    Some(match bar {
        Bar::Raw(times) => ratio(own, value(Client::Raw)?, times),
        Bar::Mpop(times) => ratio(own, value(Client::Mpop)?, times),
        Bar::RawAndTrips(trips) => {
            let reached = (own - value(Client::Raw)?) / trip;
            (Some(format!("({reached:.2})")), reached <= f64::from(trips))
        }
        Bar::Most(most) => (None, own <= most),
        Bar::Rate(rate) => {
            let mails = f64::from(u32::try_from(row.drop().mails()).ok()?);
            let reached = mails / own;
            (Some(format!("({reached:.0})")), reached >= rate)
        }
    })
}
