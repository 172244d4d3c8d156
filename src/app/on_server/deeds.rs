//! What the keys of the screen "On the server" do. Nothing here deletes anything: it notes what the next fetch may.

use std::sync::Arc;

use super::{Holdings, Preview, Wish};
use crate::app::act::say_end;
use crate::app::action::Action;
use crate::app::effect::{Effect, Lookup};
use crate::app::model::{Focus, Model};
use crate::app::notices::Tone;
use crate::app::popup::{Kind, Popup};
use crate::app::question::Question;
use crate::mail::{Counted, Due, LedgerId, LedgerRow, words};

/// Of a mail that nothing can prove to be the one.
const UNPROVABLE: &str =
    "It stays: it cannot be told apart safely; delete it on the provider's web page";

/// Opens the screen.
pub(in crate::app) fn open(model: &mut Model) {
    if model.focus == Focus::Server {
        return;
    }
    model.focus = Focus::Server;
    model.server.reopen();
}

/// Opens the mail under the cursor as it is here.
pub(in crate::app) fn open_mail(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some(row) = model.server.current() else {
        return;
    };
    let Some(id) = row.message else {
        let sentence = "This mail was deleted here for good; only the server has it";
        model.say(Tone::Plain, sentence);
        return;
    };
    let ticket = model.ticket();
    model.looking = Some(ticket);
    effects.push(Effect::FindRows {
        why: Lookup::Open(ticket),
        ids: vec![id],
    });
}

/// From one mail that was opened here to the next row of which the mail is here.
pub(in crate::app) fn open_next(model: &mut Model, by: isize, effects: &mut Vec<Effect>) {
    let before = model.server.cursor();
    let mut last = before;
    loop {
        model.server.step(by);
        if model.server.cursor() == last {
            model.server.go_to(before);
            return say_end(model, by);
        }
        last = model.server.cursor();
        if model
            .server
            .current()
            .is_some_and(|row| row.message.is_some())
        {
            return open_mail(model, effects);
        }
    }
}

/// Notes that the marked mails, or the one under the cursor, be deleted on the server.
pub(in crate::app) fn ask(model: &mut Model, effects: &mut Vec<Effect>) {
    let targets = model.server.targets();
    if let [only] = targets[..]
        && is_worth_a_question(model.server.due(only), only)
    {
        if !only.can_be_proven {
            return model.say(Tone::Plain, UNPROVABLE);
        }
        let question = Question::DeleteThere(only.clone());
        model.popup = Some(Popup::new(Kind::Question(question)));
        return;
    }
    let open = |row: &&&LedgerRow| {
        matches!(model.server.due(row), Due::Kept | Due::At(_)) && !row.is_only_there()
    };
    let ids: Vec<LedgerId> = targets.iter().filter(open).map(|row| row.id).collect();
    let octets = targets.iter().filter(open).map(|row| row.size).sum();
    if !ids.is_empty() {
        let mails = ids.len() as u64;
        let counted = Counted { mails, octets };
        return ask_for(model, ids, Wish::Delete, counted, effects);
    }
    if targets.len() > 1 && targets.iter().any(|row| row.is_only_there()) {
        let key = model.key_of(Action::DeleteThere);
        let sentence =
            format!("What only the server has goes one by one: {key} asks for a mail by itself");
        return model.say(Tone::Plain, &sentence);
    }
    let why = targets.first().map(|row| model.server.due(row));
    model.say(Tone::Plain, refusal(why));
}

/// Whether no policy may delete it, as the server alone has it or may need it, and the user can for all that.
fn is_worth_a_question(due: Due, row: &LedgerRow) -> bool {
    match due {
        Due::Kept | Due::At(_) => row.is_only_there(),
        Due::Unsure => row.is_only_there() || row.can_be_proven,
        Due::Next | Due::Asked | Due::Sent | Due::GivenUp => false,
    }
}

/// The question was answered with a yes.
pub(in crate::app) fn ask_for_the_only_one(
    model: &mut Model,
    row: &LedgerRow,
    effects: &mut Vec<Effect>,
) {
    let counted = Counted {
        mails: 1,
        octets: row.size,
    };
    ask_for(
        model,
        vec![row.id],
        Wish::DeleteOnly(row.id),
        counted,
        effects,
    );
}

/// Why nothing was noted.
fn refusal(due: Option<Due>) -> &'static str {
    match due {
        None => "There is no mail to be deleted",
        Some(Due::Unsure) => {
            "This mail is not known to be whole here: it stays on the server until it is"
        }
        Some(Due::GivenUp) => "The server does not delete this mail, whatever it says",
        Some(Due::Kept | Due::At(_) | Due::Next | Due::Asked | Due::Sent) => {
            "This mail goes with the next fetch already"
        }
    }
}

/// Notes it for these mails and says so.
fn ask_for(
    model: &mut Model,
    ids: Vec<LedgerId>,
    wish: Wish,
    counted: Counted,
    effects: &mut Vec<Effect>,
) {
    model.server.wish(&ids, wish);
    let (fetch, undo) = (model.key_of(Action::Fetch), model.key_of(Action::Undo));
    let go = if counted.mails == 1 { "goes" } else { "go" };
    let said = format!(
        "{} ({}) {go} from the server with the next fetch ({fetch})",
        count(counted.mails),
        words::octets(counted.octets)
    );
    model.notices.offer_undo(&said, &undo, model.now);
    effects.push(Effect::Ask { ids, wish });
}

/// Takes back what was asked for.
pub(in crate::app) fn take_back(model: &mut Model, effects: &mut Vec<Effect>) {
    let ids = model.server.to_be_taken_back();
    if ids.is_empty() {
        let key = model.key_of(Action::DeleteThere);
        let sentence = format!("Nothing to take back here: {key} has not asked for this mail");
        model.say(Tone::Plain, &sentence);
        return;
    }
    model.server.wish(&ids, Wish::Leave);
    let stay = if ids.len() == 1 { "stays" } else { "stay" };
    let said = format!(
        "Taken back: {} {stay} on the server",
        count(ids.len() as u64)
    );
    model.say(Tone::Good, &said);
    effects.push(Effect::Ask {
        ids,
        wish: Wish::Leave,
    });
}

/// What to say when a wish changed nothing.
pub(in crate::app) fn nothing_noted(wished: Option<(Wish, usize)>) -> &'static str {
    match wished {
        Some((Wish::DeleteOnly(_), _)) => UNPROVABLE,
        _ => "Nothing changed: that is under way to the server already",
    }
}

/// What to say when a wish came too late for some of the mails.
pub(in crate::app) fn shortfall((wish, wished): (Wish, usize), mails: usize) -> Option<String> {
    if mails >= wished {
        return None;
    }
    let (mails, wished) = (words::grouped(mails as u64), count(wished as u64));
    Some(match wish {
        Wish::Delete | Wish::DeleteOnly(_) => format!(
            "Only {mails} of {wished} will go: the others are under way already, or are not known to be whole here"
        ),
        Wish::Leave => format!(
            "Only {mails} of {wished} taken back: the server has deleted the others, or they go by its policy"
        ),
    })
}

/// Asks how much room is wanted.
pub(in crate::app) fn free_space(model: &mut Model) {
    match model.server.holdings() {
        Some(holdings) if holdings.candidates().len() > 0 => {
            let holdings = Arc::clone(holdings);
            model.popup = Some(Popup::new(Kind::Free(holdings)));
        }
        _ => model.say(
            Tone::Plain,
            "No mail on the server can go: what is there is not whole here, or goes already",
        ),
    }
}

/// Shows which mails would go.
pub(in crate::app) fn preview(model: &mut Model, holdings: Arc<Holdings>, chosen: Counted) {
    let preview = Preview { holdings, chosen };
    model.popup = Some(Popup::new(Kind::Preview(preview)));
}

/// The preview was seen and meant.
pub(in crate::app) fn confirm(model: &mut Model, preview: &Preview, effects: &mut Vec<Effect>) {
    let chosen = preview.mails().map(|row| row.id).collect();
    ask_for(model, chosen, Wish::Delete, preview.chosen, effects);
}

/// `1 mail`, `1,204 mails`.
pub fn count(mails: u64) -> String {
    match mails {
        1 => "1 mail".to_owned(),
        several => format!("{} mails", words::grouped(several)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Wish, nothing_noted};
    use crate::mail::LedgerId;

    #[test]
    fn a_wish_that_is_refused_says_what_else_deletes_the_mail() {
        let refused = nothing_noted(Some((Wish::DeleteOnly(LedgerId(1)), 1)));
        assert!(refused.contains("web page"), "{refused}");
        let late = nothing_noted(Some((Wish::Delete, 1)));
        assert!(late.contains("under way"), "{late}");
    }
}
