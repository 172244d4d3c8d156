//! What is told of fetches in the status and message rows: those that run, those that ended, those to come.

use super::format;
use crate::app::Model;
use crate::app::action::Action;
use crate::app::fetching::{Account, State};
use crate::app::schedule::Standing;
use crate::mail::words;

/// The frames of the spinner; one for each tick while a fetch runs.
const SPINNER: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/// What the status row can say of the fetches.
pub(super) struct Told {
    /// The same in ever fewer words.
    pub(super) words: Vec<String>,
    /// Whether it is worth the little room of a narrow window.
    pub(super) needs_room: bool,
}

/// For the status row: a fetch that runs, an account that waits or stopped, or when the last and the next one are.
pub(super) fn state(model: &Model) -> Told {
    if model.fetching.running() {
        return Told {
            words: vec![spinning(model)],
            needs_room: true,
        };
    }
    let Some((account, standing)) = model.fetching.foremost() else {
        let (words, needs_room) = ended(model);
        return Told { words, needs_room };
    };
    let several = model.fetching.accounts().len() > 1;
    let who = if several {
        format!("{} ", account.name)
    } else {
        String::new()
    };
    let when = |at: i64| format::until(at - model.now);
    let (words, needs_room) = match standing {
        Standing::Manual => ended(model),
        // An account that is fetched by hand has failed: that stays until it does well.
        Standing::Next(_) if model.fetching.last() == Some(&State::Failed) => ended(model),
        Standing::Next(at) => {
            let next = format!("next fetch {}", when(at));
            (vec![format!("{} · {next}", last(model)), next], false)
        }
        Standing::Waits { why, at } => {
            let when = when(at);
            let words = vec![
                format!("✗ {who}waits: {why}, tries again {when}"),
                format!("✗ {who}tries again {when}"),
                format!("✗ again {when}"),
            ];
            (words, true)
        }
        Standing::Stopped { why } => {
            let key = model.key_of(Action::Fetch);
            let words = vec![
                format!("✗ {who}stopped: {why}, press {key} to try again"),
                format!("✗ {who}stopped: {why}, {key}"),
                format!("✗ {who}stopped: {key}"),
                format!("✗ stopped: {key}"),
            ];
            (words, true)
        }
    };
    Told { words, needs_room }
}

fn spinning(model: &Model) -> String {
    let frame = usize::try_from(model.now / 120).unwrap_or(0) % SPINNER.len();
    let done = match model.fetching.totals() {
        Some(progress) => format!(
            " {}/{}",
            words::grouped(progress.mails),
            words::grouped(progress.mails_total)
        ),
        None => String::new(),
    };
    format!("{} fetching{done}", SPINNER[frame])
}

/// How the last fetch ended, in ever fewer words, and whether that is worth the little room.
fn ended(model: &Model) -> (Vec<String>, bool) {
    match model.fetching.last() {
        Some(State::Failed) => (vec![last(model), format!("✗ {}", failed(model))], true),
        _ => (vec![last(model)], false),
    }
}

/// How the last fetch ended.
fn last(model: &Model) -> String {
    let ago = |at: Option<i64>| at.map_or_else(String::new, |at| format::ago(model.now - at));
    match model.fetching.last() {
        Some(State::Failed) => format!("✗ {} {}", failed(model), ago(model.fetching.ended_at)),
        Some(State::Stopped) => format!("fetch stopped {}", ago(model.fetching.ended_at)),
        _ if model.fetching.done_at.is_some() => {
            format!("✓ fetched {}", ago(model.fetching.done_at))
        }
        _ => "not fetched yet".to_owned(),
    }
}

/// How many of the accounts could not be fetched, where there are several.
fn failed(model: &Model) -> String {
    let accounts = model.fetching.accounts();
    let failed = accounts
        .iter()
        .filter(|account| account.state == State::Failed);
    match (failed.count(), accounts.len()) {
        (_, 0 | 1) => "fetch failed".to_owned(),
        (failed, all) => format!("{failed} of {all} fetches failed"),
    }
}

/// For the message row: the download in numbers, while there is one; else its steps in words.
pub(super) fn running(model: &Model) -> String {
    let Some(progress) = model.fetching.totals() else {
        let stages = model.fetching.accounts().iter().filter_map(stage);
        return stages.collect::<Vec<_>>().join("   ");
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rate in whole octets, shown with two digits"
    )]
    let rate = words::octets(progress.rate.max(0.0) as u64);
    let left = progress.seconds_left.map_or_else(String::new, |left| {
        format!(" · {} left", words::duration(left))
    });
    format!(
        "{} · {rate}/s{left} · {} stops",
        words::octets(progress.octets),
        model.key_of(Action::Cancel)
    )
}

fn stage(account: &Account) -> Option<String> {
    match account.state {
        State::Running { stage, .. } => Some(format!("{}: {stage}…", account.name)),
        State::Idle | State::Done | State::Stopped | State::Failed => None,
    }
}

/// For the right of the message row: every account with a sign of how it stands; where that has no room, those that are
/// in trouble, else how many they are.
pub(super) fn accounts(model: &Model) -> [String; 3] {
    let schedule = model.fetching.schedule();
    let told = (0..)
        .zip(model.fetching.accounts())
        .map(|(index, account)| account_told(model, account, schedule.standing(index)));
    let told: Vec<String> = told.collect();
    let is_in_trouble = |told: &&String| told.contains('✗');
    let trouble: Vec<String> = told.iter().filter(is_in_trouble).cloned().collect();
    let count = match trouble.len() {
        0 => String::new(),
        count => format!("✗ {count} of {}", told.len()),
    };
    [told.join("   "), trouble.join("   "), count]
}

fn account_told(model: &Model, account: &Account, standing: Standing) -> String {
    let name = &account.name;
    match (&account.state, standing) {
        (State::Running { .. }, _) => format!("{name} …"),
        (_, Standing::Stopped { .. }) => format!("{name} ✗ stopped"),
        (_, Standing::Waits { at, .. }) => format!("{name} ✗ {}", format::until(at - model.now)),
        (State::Idle, _) => format!("{name} ·"),
        (State::Done, _) => format!("{name} ✓"),
        (State::Stopped, _) => format!("{name} –"),
        (State::Failed, _) => format!("{name} ✗"),
    }
}
