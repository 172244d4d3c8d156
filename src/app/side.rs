//! The side bar: which lists there are, in order, under which headings.

use super::model::Model;
use crate::mail::{AccountName, Counts, FolderRole, SafeText, View};

/// A line of the side bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A heading.
    Heading(SafeText),
    /// A list of mail.
    List {
        /// Which.
        view: View,
        /// Its name.
        name: SafeText,
        /// Its counters.
        counts: Counts,
    },
}

/// The side bar from top to bottom: every folder for all mail, then, where there is more than one account, each
/// account's own part of those folders that hold some.
pub fn entries(model: &Model) -> Vec<Entry> {
    let mut entries = vec![Entry::Heading(heading(model))];
    for folder in &model.folders {
        let view = View {
            folder: folder.id,
            account: None,
        };
        entries.push(Entry::List {
            view,
            name: folder.name.clone(),
            counts: folder.counts,
        });
    }
    if model.accounts.len() < 2 {
        return entries;
    }
    let place = |account: &AccountName| {
        let mut configured = model.fetching.accounts().iter();
        let found = configured.position(|one| one.name == account.name);
        found.unwrap_or(usize::MAX)
    };
    let mut accounts: Vec<&AccountName> = model.accounts.iter().collect();
    accounts.sort_by_key(|account| place(account));
    for account in accounts {
        entries.push(Entry::Heading(upper(&account.name)));
        for folder in &model.folders {
            let counts = folder
                .by_account
                .iter()
                .find(|(id, _)| *id == account.id)
                .map(|(_, counts)| *counts);
            let counts = counts.unwrap_or_default();
            if counts.total == 0 && folder.role != FolderRole::Inbox {
                continue;
            }
            let view = View {
                folder: folder.id,
                account: Some(account.id),
            };
            entries.push(Entry::List {
                view,
                name: folder.name.clone(),
                counts,
            });
        }
    }
    entries
}

fn heading(model: &Model) -> SafeText {
    match model.accounts.as_slice() {
        [only] if model.fetching.accounts().len() < 2 => upper(&only.name),
        [] => SafeText::new("FOLDERS"),
        _ => SafeText::new("EVERYTHING"),
    }
}

fn upper(name: &SafeText) -> SafeText {
    SafeText::new(&name.as_str().to_uppercase())
}

/// The lists of the side bar, without the headings.
pub fn views(model: &Model) -> Vec<View> {
    let list = |entry| match entry {
        Entry::List { view, .. } => Some(view),
        Entry::Heading(_) => None,
    };
    entries(model).into_iter().filter_map(list).collect()
}

/// What the list on the screen is called: `Inbox · all accounts`, `Archive`, `Inbox · work`.
pub fn title(model: &Model) -> SafeText {
    let Some(list) = &model.list else {
        return SafeText::default();
    };
    let folder = model
        .folders
        .iter()
        .find(|folder| folder.id == list.view.folder);
    let folder = folder.map_or("…", |folder| folder.name.as_str());
    let account = match list.view.account {
        Some(id) => model
            .accounts
            .iter()
            .find(|account| account.id == id)
            .map(|account| account.name.as_str()),
        None if model.accounts.len() > 1 => Some("all accounts"),
        None => None,
    };
    match account {
        Some(account) => SafeText::new(&format!("{folder} · {account}")),
        None => SafeText::new(folder),
    }
}

/// The part in the program of the folder on the screen.
pub fn role(model: &Model) -> Option<FolderRole> {
    let view = model.list.as_ref()?.view;
    let folder = model
        .folders
        .iter()
        .find(|folder| folder.id == view.folder)?;
    Some(folder.role)
}

/// The counters of the list on the screen.
pub fn counts(model: &Model) -> Counts {
    let Some(view) = model.list.as_ref().map(|list| list.view) else {
        return Counts::default();
    };
    let Some(folder) = model.folders.iter().find(|folder| folder.id == view.folder) else {
        return Counts::default();
    };
    match view.account {
        None => folder.counts,
        Some(id) => folder
            .by_account
            .iter()
            .find(|(held, _)| *held == id)
            .map_or_else(Counts::default, |(_, counts)| *counts),
    }
}
