//! Which fetches begin when, and what their news mean for the screen.

use super::action::Action;
use super::effect::Effect;
use super::event::News;
use super::failures::FAILED;
use super::list::List;
use super::model::{Model, Screen, Standing};
use super::notices::Tone;
use super::schedule::Purpose;
use super::whole;
use crate::mail::words;

/// Under what the time of the last fetch is remembered.
pub const FETCHED: &str = "fetched";

/// Fetches all accounts that are not being fetched, because the user wants it.
pub(super) fn fetch(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.fetching.accounts().is_empty() {
        model.say(
            Tone::Warning,
            "No account to fetch from: add one to config.toml (the README shows how)",
        );
        return;
    }
    let all: Vec<usize> = (0..model.fetching.accounts().len()).collect();
    match model.fetching.ask(&all, model.now) {
        Err(left) => {
            let left = words::milliseconds(left);
            let sentence = format!("The last fetch failed just now; the next one begins in {left}");
            model.say(Tone::Plain, &sentence);
        }
        Ok(ready) if ready.is_empty() => {
            let key = model.key_of(Action::Cancel);
            model.say(Tone::Plain, &format!("Already fetching; {key} stops it"));
        }
        Ok(accounts) => begin(model, accounts, Purpose::Asked, effects),
    }
}

/// Fetches the accounts whose time has come.
pub(super) fn fetch_what_is_due(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.screen != Screen::Mail || matches!(model.standing, Standing::ReadOnly(_)) {
        return;
    }
    let accounts = model.fetching.due(model.now);
    if !accounts.is_empty() {
        begin(model, accounts, Purpose::Due, effects);
    }
}

fn begin(model: &mut Model, accounts: Vec<usize>, purpose: Purpose, effects: &mut Vec<Effect>) {
    model.fetching.start(&accounts, purpose);
    let is_asked = |account: &usize| model.fetching.is_asked(*account);
    let (asked, due) = accounts.into_iter().partition::<Vec<usize>, _>(is_asked);
    for (accounts, asked) in [(asked, true), (due, false)] {
        if !accounts.is_empty() {
            effects.push(Effect::Fetch { accounts, asked });
        }
    }
}

/// Stops what is being fetched.
pub(super) fn cancel(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.fetching.running() {
        model.say(Tone::Plain, "Stopping the fetch; what has arrived stays…");
        effects.push(Effect::CancelFetch);
        return;
    }
    let key = model.key_of(Action::Quit);
    model.say(
        Tone::Plain,
        &format!("No fetch is running; {key} leaves poptui"),
    );
}

/// Takes what a fetch tells.
pub(super) fn take(model: &mut Model, account: usize, news: News, effects: &mut Vec<Effect>) {
    let ended = matches!(news, News::Ended(_));
    let failures = model.fetching.failures().clone();
    let log = model.key_of(Action::Log);
    for (tone, text) in model.fetching.take(account, news, model.now, &log) {
        model.say(tone, &text);
    }
    if ended {
        model.server.expire();
        whole::fetch_what_waits(model, account, effects);
        // Mail of a later fetch comes to a list that has been looked at.
        model.with_list(List::touch_cursor);
        effects.push(Effect::LoadFolders);
        if let Some(at) = model.fetching.done_at {
            let key = FETCHED.to_owned();
            let value = at.to_string();
            effects.push(Effect::Remember { key, value });
        }
        if failures != *model.fetching.failures() {
            let key = FAILED.to_owned();
            let value = model.fetching.failures().text();
            effects.push(Effect::Remember { key, value });
        }
    }
}
