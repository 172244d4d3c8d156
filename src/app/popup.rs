//! The one popup there can be: a list that filters as you type, and what taking a row of it means.

use std::sync::Arc;

use super::action::Action;
use super::effect::Piece;
use super::field::Field;
use super::files::{self, Piped, Purpose};
use super::help;
use super::inspecting::Parts;
use super::links::{self, Wanted};
use super::model::Model;
use super::on_server::{Holdings, Preview, amounts};
use super::question::Question;
use super::sheet::Sheet;
use crate::mail::{Counted, Destination, Link, MailingList, MessageId, SafeText};

/// Stands before a mail of which only the head is here.
pub const HEAD_SIGN: &str = "½";
/// Stands before a mail whose size is not what the server told.
pub const DOUBT_SIGN: &str = "?";

/// A popup.
#[derive(Debug, Clone)]
pub struct Popup {
    /// What it is for.
    pub kind: Kind,
    /// What was typed.
    pub filter: Field,
    /// Which of the rows that can be taken.
    pub cursor: usize,
    /// While a row is searched for in a page to read: where the cursor was before.
    pub searched_from: Option<usize>,
}

/// What a popup is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// All keys.
    Help,
    /// Where to move these mails.
    MoveTo(Vec<MessageId>),
    /// Which attachment of this mail to take.
    Attachments {
        /// The mail.
        id: MessageId,
        /// What for.
        purpose: Purpose,
    },
    /// Which command to pipe a file to.
    Command(Piped),
    /// The links of the open mail.
    Links(Wanted),
    /// What the mailing list of the open mail offers.
    MailingList(Arc<MailingList>),
    /// The parts of a mail.
    Parts(Arc<Parts>),
    /// A page to read.
    Sheet(Arc<Sheet>),
    /// What happened in this session.
    Log,
    /// How much room to make on the server.
    Free(Arc<Holdings>),
    /// What would go from the server for that.
    Preview(Preview),
    /// Something that cannot be undone.
    Question(Question),
}

/// A row of a popup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// At the left.
    pub label: SafeText,
    /// Behind it; shown in full below the list while the cursor is on it.
    pub detail: SafeText,
    /// What taking it means.
    pub take: Take,
}

/// What taking a row means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Take {
    /// It cannot be taken: a heading.
    Heading,
    /// Closes the popup.
    Close,
    /// Runs an action.
    Run(Action),
    /// Moves mail.
    Move(Destination),
    /// Takes a file.
    File(Piece),
    /// Shows a part.
    Part(usize),
    /// Runs a command: program and arguments.
    Command(Vec<String>),
    /// Takes a link.
    Link(Link),
    /// Asks whether a link of a mailing list is to be opened.
    ListLink(Link),
    /// Shows which mails make this much room.
    Room(Counted),
    /// Confirms the preview.
    Confirm,
    /// Answers the question.
    Yes,
}

impl Popup {
    /// A popup with nothing typed yet.
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            filter: Field::default(),
            cursor: 0,
            searched_from: None,
        }
    }

    /// Whether text can be typed into it.
    pub fn hears_text(&self) -> bool {
        self.searched_from.is_some() || !(self.is_page() || matches!(self.kind, Kind::Question(_)))
    }

    /// Whether an action for popups means something in this one; elsewhere its key is a letter like any other.
    pub fn knows(&self, action: Action) -> bool {
        let has_files = matches!(self.kind, Kind::Attachments { .. } | Kind::Parts(_));
        !matches!(action, Action::PopupSave | Action::PopupPipe) || has_files
    }

    /// The mail whose files are in it.
    pub fn mail(&self) -> Option<MessageId> {
        match &self.kind {
            Kind::Attachments { id, .. } => Some(*id),
            Kind::Parts(parts) => Some(parts.id),
            _ => None,
        }
    }

    /// What stands before the typed text.
    pub fn prompt(&self) -> &'static str {
        match self.kind {
            Kind::Free(_) => "How many MB: ",
            Kind::Command(_) => "Command: ",
            _ => "Find: ",
        }
    }

    /// Its title.
    pub fn title(&self) -> String {
        let title = match &self.kind {
            Kind::Help => "Help",
            Kind::MoveTo(ids) if ids.len() > 1 => "Move the marked mails to",
            Kind::MoveTo(_) => "Move to",
            Kind::Attachments { purpose, .. } => match purpose {
                Purpose::Open => "Open which attachment",
                Purpose::Save => "Save which attachment",
                Purpose::Pipe => "Pipe what to a command",
            },
            Kind::Command(_) => "Pipe to a command",
            Kind::Links(Wanted::Open) => "Open which link",
            Kind::Links(Wanted::Copy) => "Copy which link",
            Kind::MailingList(_) => "Mailing list",
            Kind::Parts(_) => "Parts of this mail",
            Kind::Sheet(sheet) => sheet.title.as_str(),
            Kind::Log => "What happened",
            Kind::Free(_) => "Free space on the server",
            Kind::Preview(preview) => return preview.title(),
            Kind::Question(question) => return question.title(),
        };
        title.to_owned()
    }

    /// What can be done in it, in a few words.
    pub fn advice(&self, model: &Model) -> String {
        let close = model.key_of(if self.is_page() {
            Action::Back
        } else {
            Action::PopupClose
        });
        let all_rows = model.key_of(Action::PopupClose);
        let find = model.key_of(Action::Find);
        let choose = model.key_of(Action::PopupChoose);
        let copy = model.key_of(Action::PopupCopy);
        let save = model.key_of(Action::PopupSave);
        let pipe = model.key_of(Action::PopupPipe);
        match &self.kind {
            _ if self.searched_from.is_some() => format!("{all_rows} all rows · {choose} go there"),
            Kind::Help => format!("{close} close · {choose} do it · type to filter"),
            Kind::MoveTo(_) => format!("{close} close · {choose} move · type a name, or a new one"),
            Kind::Attachments { purpose, .. } => {
                let keys = match purpose {
                    Purpose::Open => format!("{choose} open · {save} save · {pipe} pipe"),
                    Purpose::Save => format!("{choose} save · {pipe} pipe"),
                    Purpose::Pipe => format!("{choose} pipe · {save} save"),
                };
                format!("{close} close · {keys}")
            }
            Kind::Command(_) => format!("{close} close · {choose} run it"),
            Kind::Links(Wanted::Open) => {
                format!("{close} close · {choose} open · {copy} copy · type a number")
            }
            Kind::Links(Wanted::Copy) => format!("{close} close · {choose} copy · type a number"),
            Kind::MailingList(_) => format!("{close} close · {choose} open · {copy} copy"),
            Kind::Parts(_) => format!("{close} close · {choose} view · {save} save · {pipe} pipe"),
            Kind::Sheet(_) => format!("{close} close · {copy} copy row · {find} search"),
            Kind::Log => format!("{close} close · {find} search"),
            Kind::Free(_) => format!("{close} close · {choose} show which mails"),
            Kind::Preview(_) => format!("{choose} delete there · {close} leave"),
            Kind::Question(_) => "y yes · n no".to_owned(),
        }
    }

    /// The rows that fit what was typed.
    pub fn items(&self, model: &Model) -> Vec<Item> {
        let all = match &self.kind {
            Kind::Help => help::items(model),
            Kind::MoveTo(_) => folders(model, self.filter.text().trim()),
            Kind::Attachments { purpose, .. } => files::items(model, *purpose),
            Kind::Command(piped) => return files::command_items(piped, self.filter.text()),
            Kind::Links(_) => links::items(model, self.filter.text()),
            Kind::MailingList(list) => return links::list_items(list),
            Kind::Parts(parts) => parts.items(),
            Kind::Sheet(sheet) => sheet.items(),
            Kind::Log => log(model),
            Kind::Free(holdings) => return amounts(holdings, self.filter.text()),
            Kind::Preview(preview) => return preview.items(),
            Kind::Question(question) => return question.items(model),
        };
        let mut items: Vec<Item> = all.into_iter().filter(|item| self.fits(item)).collect();
        if let Some(new) = self.new_folder(model) {
            items.push(new);
        }
        without_empty_headings(items)
    }

    /// Whether a row fits what was typed; a heading does until no row is left below it.
    pub(super) fn fits(&self, item: &Item) -> bool {
        let typed = self.filter.text().to_lowercase();
        let held = match &self.kind {
            Kind::MoveTo(_) => item.label.as_str().to_lowercase(),
            _ => format!("{} {}", item.label, item.detail).to_lowercase(),
        };
        item.take == Take::Heading || typed.split_whitespace().all(|word| held.contains(word))
    }

    /// The row under the cursor, and its index among all rows.
    pub fn current(&self, items: &[Item]) -> Option<usize> {
        let takeable = items
            .iter()
            .enumerate()
            .filter(|(_, item)| item.take != Take::Heading);
        takeable.map(|(index, _)| index).nth(self.cursor)
    }

    /// Moves the cursor; it stops at both ends.
    pub fn step(&mut self, by: isize, items: &[Item]) {
        let takeable = items
            .iter()
            .filter(|item| item.take != Take::Heading)
            .count();
        self.cursor = self
            .cursor
            .saturating_add_signed(by)
            .min(takeable.saturating_sub(1));
    }

    /// The offer to make the folder that was typed, unless there is one of that name.
    fn new_folder(&self, model: &Model) -> Option<Item> {
        let name = self.filter.text().trim();
        let taken = |name: &str| {
            model
                .folders
                .iter()
                .any(|folder| folder.name.as_str().to_lowercase() == name.to_lowercase())
        };
        if !matches!(self.kind, Kind::MoveTo(_)) || name.is_empty() || taken(name) {
            return None;
        }
        Some(Item {
            label: SafeText::new(name),
            detail: SafeText::new("new folder"),
            take: Take::Move(Destination::New(name.to_owned())),
        })
    }
}

fn without_empty_headings(items: Vec<Item>) -> Vec<Item> {
    let mut kept: Vec<Item> = Vec::with_capacity(items.len());
    for item in items {
        if item.take == Take::Heading && kept.last().is_some_and(|last| last.take == Take::Heading)
        {
            kept.pop();
        }
        kept.push(item);
    }
    kept.pop_if(|last| last.take == Take::Heading);
    kept
}

/// Every folder but the one the mail lies in; one whose name begins with what was typed comes first.
fn folders(model: &Model, typed: &str) -> Vec<Item> {
    let here = model.list.as_ref().map(|list| list.view.folder);
    let mut others: Vec<_> = model
        .folders
        .iter()
        .filter(|folder| Some(folder.id) != here)
        .collect();
    others.sort_by_key(|folder| {
        !folder
            .name
            .as_str()
            .to_lowercase()
            .starts_with(&typed.to_lowercase())
    });
    let item = |folder: &&crate::mail::Folder| Item {
        label: folder.name.clone(),
        detail: SafeText::new(&match folder.counts.total {
            1 => "1 mail".to_owned(),
            total => format!("{total} mails"),
        }),
        take: Take::Move(Destination::Folder(folder.id)),
    };
    others.iter().map(item).collect()
}

/// The newest first.
fn log(model: &Model) -> Vec<Item> {
    let item = |notice: &super::notices::Notice| {
        let time = jiff::Timestamp::from_millisecond(notice.at)
            .unwrap_or_default()
            .to_zoned_datetime(model.zone.clone());
        Item {
            label: SafeText::new(&time.strftime("%H:%M").to_string()),
            detail: notice.text.clone(),
            take: Take::Close,
        }
    };
    model.notices.log().iter().rev().map(item).collect()
}
