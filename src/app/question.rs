//! The few questions that are asked before something that cannot be undone, and what a yes does.

use super::action::Action;
use super::effect::Effect;
use super::fetching::Account;
use super::files::{self, Acting};
use super::filing;
use super::inspecting;
use super::key::{Code, Key};
use super::links;
use super::model::Model;
use super::moving;
use super::notices::Tone;
use super::on_server::count;
use super::on_server::deeds::ask_for_the_only_one;
use super::popup::{Item, Kind, Popup, Take};
use super::side;
use crate::config::Keep;
use crate::mail::{
    Completeness, FolderId, FolderRole, LedgerRow, MessageId, Row, SafeText, Target,
};

/// A question to be answered by y or n.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// Delete these mails, which lie in Trash, here for good?
    Expunge(Vec<MessageId>),
    /// Delete all mails in this folder, which is Trash?
    EmptyTrash {
        /// The folder.
        folder: FolderId,
        /// How many mails lie in it.
        mails: u64,
    },
    /// Delete this mail, which the server alone has, there?
    DeleteThere(LedgerRow),
    /// Open this address?
    Follow(Target),
    /// Open this file, which can act?
    OpenFile(Acting),
}

impl Question {
    /// The question itself.
    pub fn title(&self) -> String {
        match self {
            Self::Expunge(ids) => format!("Delete {} here for good?", count(ids.len() as u64)),
            Self::EmptyTrash { mails, .. } => {
                format!("Empty Trash: delete {} here for good?", count(*mails))
            }
            Self::DeleteThere(_) => "Delete it on the server for good?".to_owned(),
            Self::Follow(target) => format!("Open {}?", target.host()),
            Self::OpenFile(acting) => format!("Open {}?", acting.name),
        }
    }

    /// What has to be known before, and the two answers.
    pub fn items(&self, model: &Model) -> Vec<Item> {
        let heading = |text: &str| Item {
            label: SafeText::new(text),
            detail: SafeText::default(),
            take: Take::Heading,
        };
        let answer = |key, words, take| Item {
            label: SafeText::new(key),
            detail: SafeText::new(words),
            take,
        };
        let (told, no, yes) = match self {
            Self::DeleteThere(row) => {
                let undo = model.key_of(Action::Undo);
                let when = format!("It goes with the next fetch; until then {undo} takes it back.");
                (
                    vec![what_is_here(row).to_owned(), when],
                    "no, leave it there",
                    "yes, delete it there",
                )
            }
            Self::Follow(target) => (links::lines(target), "no, stay here", "yes, open it"),
            Self::OpenFile(acting) => (files::lines(acting), "no, leave it", "yes, open it"),
            Self::Expunge(_) | Self::EmptyTrash { .. } => (
                self.what_goes(model),
                "no, leave them where they are",
                "yes, delete them",
            ),
        };
        let mut items: Vec<Item> = told.iter().map(|text| heading(text)).collect();
        items.push(answer("n", no, Take::Close));
        items.push(answer("y", yes, Take::Yes));
        items
    }

    fn what_goes(&self, model: &Model) -> Vec<String> {
        let mut lines = vec!["This cannot be undone.".to_owned()];
        lines.extend(self.on_the_server(model));
        lines
    }

    /// What becomes of the copies on the server. Whether there are any is not known here, so it is told for that case.
    fn on_the_server(&self, model: &Model) -> Vec<String> {
        let (rows, mails) = match self {
            Self::Expunge(ids) => (held(model, ids), ids.len() as u64),
            Self::EmptyTrash { mails, .. } => (None, *mails),
            Self::DeleteThere(_) | Self::Follow(_) | Self::OpenFile(_) => return Vec::new(),
        };
        let number = if mails == 1 {
            Number::One
        } else {
            Number::Many
        };
        let whole = |row: &&Row| row.completeness == Completeness::Whole;
        let wholes = rows
            .as_ref()
            .map(|rows| rows.iter().filter(|row| whole(row)).count());
        if wholes == Some(0) {
            let text = match number {
                Number::One => "It was never here whole: it stays on the server.",
                Number::Many => "They were never here whole: they stay on the server.",
            };
            return vec![text.to_owned()];
        }
        let mut said = by_policy(model, rows.as_deref().unwrap_or_default(), number);
        if rows.is_none_or(|rows| wholes != Some(rows.len())) {
            said.push("What is not known to be whole here stays there.".to_owned());
        }
        said
    }
}

/// What there is of a mail besides the server's.
fn what_is_here(row: &LedgerRow) -> &'static str {
    match (row.message, row.completeness) {
        (None, _) => "It was deleted here: the server alone has it.",
        (Some(_), Completeness::Doubtful) => {
            "It may not be whole here: its size is not what the server told."
        }
        (Some(_), Completeness::Head) => {
            "Only its head is here; the whole mail is on the server alone."
        }
        (Some(_), Completeness::Whole) => {
            "It is here; there it may be the server's own note, or not be whole."
        }
    }
}

/// One mail or several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Number {
    One,
    Many,
}

/// The rows of these mails, if all of them are held.
fn held<'a>(model: &'a Model, ids: &[MessageId]) -> Option<Vec<&'a Row>> {
    let rows = model.list.as_ref()?.rows().iter();
    let rows: Vec<&Row> = rows.filter(|row| ids.contains(&row.key.id)).collect();
    (rows.len() == ids.len()).then_some(rows)
}

/// What the config says of the accounts of these mails, or of all where those are not known.
fn by_policy(model: &Model, rows: &[&Row], number: Number) -> Vec<String> {
    let of = |row: &&Row| {
        let named = model
            .accounts
            .iter()
            .find(|named| Some(named.id) == row.account)?;
        let mut sources = model.fetching.accounts().iter();
        sources.find(|source| source.name == named.name)
    };
    let known: Option<Vec<&Account>> = rows.iter().map(of).collect();
    let accounts = match known {
        Some(known) if !known.is_empty() => known,
        _ => model.fetching.accounts().iter().collect(),
    };
    let mut said: Vec<(String, Vec<&str>)> = Vec::new();
    for account in accounts {
        let sentence = sentence(account.keep, number);
        let name = account.name.as_str();
        match said.iter_mut().find(|(text, _)| *text == sentence) {
            Some((_, names)) if names.contains(&name) => {}
            Some((_, names)) => names.push(name),
            None => said.push((sentence, vec![name])),
        }
    }
    if let [(sentence, _)] = said.as_slice() {
        return vec![sentence.clone()];
    }
    let named =
        |(sentence, names): (String, Vec<&str>)| format!("{}: {sentence}", names.join(", "));
    said.into_iter().map(named).collect()
}

/// What becomes of a copy on the server under a policy.
fn sentence(keep: Keep, number: Number) -> String {
    let (is, stays, goes) = match number {
        Number::One => ("If it is still on the server, it", "stays", "goes"),
        Number::Many => ("If they are still on the server, they", "stay", "go"),
    };
    match keep {
        Keep::Forever => format!("{is} {stays} there."),
        Keep::For(_) => format!("{is} {goes} when the time to keep mail there is over."),
        Keep::UntilDeleted | Keep::Never => format!("{is} {goes} with the next fetch, too."),
    }
}

/// Asks whether the marked mails, or the one under the cursor, shall go for good.
pub(super) fn ask_to_expunge(model: &mut Model) {
    if side::role(model) != Some(FolderRole::Trash) {
        let (delete, trash) = (model.key_of(Action::Delete), model.key_of(Action::GoTrash));
        let sentence = format!(
            "Only mail in Trash can be deleted for good: {delete} puts it there, {trash} goes there"
        );
        model.say(Tone::Plain, &sentence);
        return;
    }
    let ids = filing::targets(model);
    if ids.is_empty() {
        model.say(Tone::Plain, "No mail is chosen here");
        return;
    }
    model.popup = Some(Popup::new(Kind::Question(Question::Expunge(ids))));
}

/// Asks whether all mail in Trash shall go for good.
pub(super) fn ask_to_empty_trash(model: &mut Model) {
    let Some(trash) = model.folder(FolderRole::Trash) else {
        return;
    };
    let (folder, mails) = (trash.id, trash.counts.total);
    if mails == 0 {
        model.say(Tone::Plain, "Trash is empty already");
        return;
    }
    let question = Question::EmptyTrash { folder, mails };
    model.popup = Some(Popup::new(Kind::Question(question)));
}

/// The letters y and n answer at once; says whether the key was one of them, in a question.
pub(super) fn answer(model: &mut Model, key: Key, effects: &mut Vec<Effect>) -> bool {
    let Some(popup) = &model.popup else {
        return false;
    };
    let Kind::Question(question) = popup.kind.clone() else {
        return false;
    };
    match key.code {
        Code::Char('y' | 'Y') => {
            model.popup = None;
            yes(model, question, effects);
        }
        Code::Char('n' | 'N') if key == Key::plain(key.code) => model.popup = None,
        _ => return false,
    }
    true
}

/// Does what the question was about.
pub(super) fn yes(model: &mut Model, question: Question, effects: &mut Vec<Effect>) {
    if let Question::DeleteThere(row) = &question {
        return ask_for_the_only_one(model, row, effects);
    }
    let trash = model.folder(FolderRole::Trash).map(|folder| folder.id);
    let in_trash = model.list.as_ref().map(|list| list.view.folder) == trash;
    let deletes = matches!(question, Question::Expunge(_) | Question::EmptyTrash { .. });
    if in_trash && deletes {
        moving::leave_mail(model, effects);
    }
    match question {
        Question::Follow(target) => links::follow(model, &target, effects),
        Question::OpenFile(Acting { id, piece, .. }) => {
            inspecting::open_file(model, id, piece, true, effects);
        }
        Question::Expunge(ids) => {
            model.with_list(|list| list.remove(&ids));
            model.change(Effect::Expunge(ids), effects);
        }
        Question::EmptyTrash { folder, .. } => {
            if in_trash {
                let ids = model.list.as_ref().map(|list| {
                    let rows = list.rows().iter();
                    rows.map(|row| row.key.id).collect::<Vec<_>>()
                });
                model.with_list(|list| list.remove(&ids.unwrap_or_default()));
            }
            model.change(Effect::EmptyTrash(folder), effects);
        }
        Question::DeleteThere(_) => {}
    }
}

/// Takes the answer of the store.
pub(super) fn expunged(
    model: &mut Model,
    result: Result<usize, SafeText>,
    effects: &mut Vec<Effect>,
) {
    model.answered();
    model.server.expire();
    effects.push(Effect::LoadFolders);
    match result {
        Ok(mails) => {
            let said = format!("Deleted {} for good", count(mails as u64));
            model.say(Tone::Good, &said);
        }
        Err(sentence) => model.say(Tone::Error, sentence.as_str()),
    }
    // All of Trash is more than the rows that were held, and where it failed they are still there.
    if side::role(model) == Some(FolderRole::Trash) {
        moving::reload(model, None, effects);
    }
}
