//! Which folder a mail from a file goes to.

use std::ffi::OsStr;

use crate::mail::maildir;
use crate::store::Shelf;

use crate::cli::failure::Failure;

/// The longest name that the store takes, in characters.
const LONGEST: usize = 200;

/// A folder by the names of those it lies in; without names, Inbox.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Folder(Vec<String>);

impl Folder {
    /// The folder that was named on the command line.
    pub(super) fn base(name: Option<&str>) -> Result<Self, Failure> {
        let Some(name) = name else {
            return Ok(Self::default());
        };
        let is_good = |name: &str| {
            let length = name.chars().count();
            (1..=LONGEST).contains(&length) && !name.chars().any(char::is_control)
        };
        if is_good(name.trim()) {
            return Ok(Self(vec![name.trim().to_owned()]));
        }
        Err(Failure::Usage(
            "a folder's name has 1 to 200 characters and no control characters; choose another one behind --folder"
                .to_owned(),
        ))
    }

    /// The folder of this name in it.
    pub(super) fn below(&self, name: &OsStr) -> Self {
        self.below_all(&name.to_string_lossy())
    }

    /// The folder of a Maildir's sub-folder, as `.Lists.rust`.
    pub(super) fn below_dots(&self, directory: &str) -> Self {
        let name = maildir::folder(directory);
        self.below_all(name.as_deref().unwrap_or(directory))
    }

    fn below_all(&self, name: &str) -> Self {
        let mut names = self.0.clone();
        names.push(name.replace(char::is_control, "_"));
        Self(names)
    }

    /// Where in the store that is.
    pub(super) fn shelf(&self) -> Shelf {
        let name = self.0.join("/");
        let name: String = name.trim().chars().take(LONGEST).collect();
        match name.trim() {
            "" => Shelf::Inbox,
            name => Shelf::Folder(name.to_owned()),
        }
    }
}

/// The name of a folder without what only tells its kind: `Lists.sbd`, `Lists.mbox`.
pub(super) fn stem<'n>(name: &'n str, kind: &str) -> Option<&'n str> {
    let at = name.len().checked_sub(kind.len())?;
    let (stem, end) = (name.get(..at)?, name.get(at..)?);
    (end.eq_ignore_ascii_case(kind) && !stem.is_empty()).then_some(stem)
}

#[cfg(test)]
mod tests {
    use super::{Folder, Shelf, stem};

    #[test]
    fn a_folder_is_named_by_all_it_lies_in() {
        let base = Folder::base(None).expect("no name");
        assert_eq!(base.shelf(), Shelf::Inbox);
        let named = |folder: &Folder| match folder.shelf() {
            Shelf::Folder(name) => name,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            named(&base.below("Lists".as_ref()).below("ru\nst".as_ref())),
            "Lists/ru_st"
        );
        assert_eq!(named(&base.below_dots(".Lists.rust")), "Lists/rust");
        let old = Folder::base(Some(" Old ")).expect("a name");
        assert_eq!(named(&old.below_dots(".Entw&APw-rfe")), "Old/Entwürfe");
        assert_eq!(
            named(&old.below("x".repeat(300).as_ref())).chars().count(),
            200
        );
        for bad in ["", " ", "a\nb", &"x".repeat(201)] {
            Folder::base(Some(bad)).expect_err("is no name");
        }
    }

    #[test]
    fn the_kind_of_a_folder_is_no_part_of_its_name() {
        assert_eq!(stem("Lists.sbd", ".sbd"), Some("Lists"));
        assert_eq!(stem("Lists.MBOX", ".mbox"), Some("Lists"));
        assert_eq!(stem(".mbox", ".mbox"), None);
        assert_eq!(stem("日本", ".mbox"), None);
        assert_eq!(stem("x", ".mbox"), None);
    }
}
