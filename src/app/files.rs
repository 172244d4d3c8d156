//! Files in a mail: opened with the system's program, saved, or piped to a command that is typed.

use std::sync::Arc;

use super::action::Action;
use super::asking::say_open_first;
use super::effect::{Effect, Piece};
use super::inspecting;
use super::model::Model;
use super::notices::Tone;
use super::popup::{Item, Kind, Popup, Take};
use super::question::Question;
use super::reader::Open;
use super::sheet::Sheet;
use crate::mail::{Completeness, Danger, MessageId, Row, SafeText};

/// What taking an attachment means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// It is opened.
    Open,
    /// It is saved.
    Save,
    /// It is piped to a command.
    Pipe,
}

/// A file that a command is to be typed for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piped {
    /// Of which mail.
    pub id: MessageId,
    /// Which.
    pub piece: Piece,
    /// What it is called.
    pub name: SafeText,
}

/// A file that can act, and is to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acting {
    /// Of which mail.
    pub id: MessageId,
    /// Which.
    pub piece: Piece,
    /// What it is called.
    pub name: SafeText,
    /// As what it can act.
    pub what: SafeText,
}

/// One attachment for this purpose: the only one at once, else the one that is chosen.
pub(super) fn choose(model: &mut Model, purpose: Purpose, effects: &mut Vec<Effect>) {
    let Some((id, names)) = attachments(model) else {
        return;
    };
    match (names.as_slice(), purpose) {
        ([], Purpose::Pipe) => {
            let name = SafeText::new("the whole mail, as it came");
            ask_command(model, id, Piece::Whole, name);
        }
        ([], _) => model.say(Tone::Plain, "This mail has no attachments"),
        ([_], Purpose::Save) => take(model, id, Piece::Attachment(0), purpose, effects),
        _ => model.popup = Some(Popup::new(Kind::Attachments { id, purpose })),
    }
}

/// All attachments into the downloads directory.
pub(super) fn save_all(model: &mut Model, effects: &mut Vec<Effect>) {
    match attachments(model) {
        Some((_, names)) if names.is_empty() => {
            model.say(Tone::Plain, "This mail has no attachments");
        }
        Some((id, _)) => effects.push(Effect::Save { id, piece: None }),
        None => {}
    }
}

/// The open mail and the names of its attachments; says what to do where no mail is open.
fn attachments(model: &mut Model) -> Option<(MessageId, Vec<SafeText>)> {
    let head_only = |row: &Row| row.completeness == Completeness::Head;
    if model.opened_row().is_some_and(head_only) {
        let key = model.key_of(Action::FetchWhole);
        let said =
            format!("Only the head of this mail is here; {key} fetches the rest and its files");
        model.say(Tone::Plain, &said);
        return None;
    }
    let found = model.reader.open().and_then(|open| {
        let shown = open.shown()?;
        Some((open.id, shown.attachments.clone()))
    });
    if found.is_none() {
        say_open_first(model);
    }
    found
}

/// The attachments as rows; to a command the mail itself can go, too.
pub(super) fn items(model: &Model, purpose: Purpose) -> Vec<Item> {
    let shown = model.reader.open().and_then(Open::shown);
    let names = shown.map(|shown| shown.attachments.as_slice());
    let item = |(index, name): (usize, &SafeText)| Item {
        label: SafeText::new(&format!("[{}]", index + 1)),
        detail: name.clone(),
        take: Take::File(Piece::Attachment(index)),
    };
    let names = names.unwrap_or_default();
    let mut items: Vec<Item> = names.iter().enumerate().map(item).collect();
    if purpose == Purpose::Pipe {
        items.push(Item {
            label: SafeText::new("mail"),
            detail: SafeText::new("the whole mail, as it came"),
            take: Take::File(Piece::Whole),
        });
    }
    items
}

/// Does with a file what it was chosen for.
pub(super) fn take(
    model: &mut Model,
    id: MessageId,
    piece: Piece,
    purpose: Purpose,
    effects: &mut Vec<Effect>,
) {
    match purpose {
        Purpose::Open => inspecting::open_file(model, id, piece, false, effects),
        Purpose::Save => effects.push(Effect::Save {
            id,
            piece: Some(piece),
        }),
        Purpose::Pipe => ask_command(model, id, piece, name_of(model, piece)),
    }
}

fn name_of(model: &Model, piece: Piece) -> SafeText {
    let shown = model.reader.open().and_then(Open::shown);
    match piece {
        Piece::Attachment(index) => shown
            .and_then(|shown| shown.attachments.get(index).cloned())
            .unwrap_or_default(),
        Piece::Part(index) => SafeText::new(&format!("part {}", index + 1)),
        Piece::Whole => SafeText::new("the whole mail, as it came"),
    }
}

fn ask_command(model: &mut Model, id: MessageId, piece: Piece, name: SafeText) {
    let piped = Piped { id, piece, name };
    model.popup = Some(Popup::new(Kind::Command(piped)));
}

/// What would be run, word for word, or what is missing.
pub(super) fn command_items(piped: &Piped, typed: &str) -> Vec<Item> {
    let heading = |text: &str| Item {
        label: SafeText::new(text),
        detail: SafeText::default(),
        take: Take::Heading,
    };
    let mut items = vec![heading(&format!("It gets: {}", piped.name))];
    match shell_words::split(typed) {
        Err(_) => items.push(heading("A quote is not closed yet.")),
        Ok(words) if words.is_empty() => items.push(heading(
            "Run without a shell: quotes are understood, but neither ~ nor $VARIABLES nor pipes.",
        )),
        Ok(words) => items.push(Item {
            label: SafeText::new("run"),
            detail: SafeText::new(&words.join(" ␣ ")),
            take: Take::Command(words),
        }),
    }
    items
}

/// Asks before a file is opened that can act; one that starts others is not opened at all.
pub(super) fn ask_to_open(
    model: &mut Model,
    id: MessageId,
    piece: Piece,
    name: SafeText,
    danger: Danger,
) {
    match danger {
        Danger::None => {}
        Danger::Refused(what) => {
            let sentence = format!("{name} is not opened from here, only saved: it is {what}");
            model.say(Tone::Warning, &sentence);
        }
        Danger::Asks(what) => {
            let acting = Acting {
                id,
                piece,
                name,
                what,
            };
            model.popup = Some(Popup::new(Kind::Question(Question::OpenFile(acting))));
        }
    }
}

/// What is said before it is opened.
pub(super) fn lines(acting: &Acting) -> Vec<String> {
    vec![
        format!("By what is in it or by its name it is {}.", acting.what),
        "Opened, it can do what you can do: read and change your files.".to_owned(),
    ]
}

/// Shows what a command said, or that it was silent.
pub(super) fn piped(model: &mut Model, result: Result<Sheet, SafeText>) {
    match result {
        Err(sentence) => model.say(Tone::Error, sentence.as_str()),
        Ok(sheet) if sheet.rows.is_empty() || model.popup.is_some() => {
            model.say(Tone::Plain, sheet.title.as_str());
        }
        Ok(sheet) => model.popup = Some(Popup::new(Kind::Sheet(Arc::new(sheet)))),
    }
}
