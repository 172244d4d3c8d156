//! Undo and redo: a straight line of the user's changes, on disk, that goes on after a restart.
//!
//! A step that was taken back stays in the journal, marked, until another change is made: that one drops
//! all marked steps. A folder that was made by a move goes when the move is taken back, unless mail came
//! into it meanwhile; redoing makes it again under its old number.

use super::changes::set;
use super::folders;
use super::journal::{Entry, Mark};
use super::{Result, Writer};
use crate::mail::Undone;

impl Writer {
    /// Takes back the latest change that is not taken back yet.
    pub fn undo(&mut self, now: i64) -> Result<Option<Undone>> {
        let transaction = self.begin()?;
        let Some(entry) = Entry::last_done(&transaction)? else {
            return Ok(None);
        };
        let undone = entry.told(&transaction)?;
        for (message, before) in entry.befores(&transaction)? {
            set(&transaction, entry.kind.column(), message, before)?;
        }
        if let (Some(folder), Some(_)) = (entry.folder, &entry.made) {
            folders::remove_if_empty(&transaction, folder)?;
        }
        entry.mark(&transaction, Mark::Undone, now)?;
        transaction.commit()?;
        Ok(Some(undone))
    }

    /// Does again what was taken back last, unless another change came between.
    pub fn redo(&mut self, now: i64) -> Result<Option<Undone>> {
        let transaction = self.begin()?;
        let Some(mut entry) = Entry::first_undone(&transaction)? else {
            return Ok(None);
        };
        entry.remake_folder(&transaction)?;
        for (message, _) in entry.befores(&transaction)? {
            // A mail may have been opened since: what is there now is what undoing gives back.
            let before = set(&transaction, entry.kind.column(), message, entry.after())?;
            entry.note_before(&transaction, message, before.unwrap_or(entry.after()))?;
        }
        let undone = entry.told(&transaction)?;
        entry.mark(&transaction, Mark::Done, now)?;
        transaction.commit()?;
        Ok(Some(undone))
    }
}

#[cfg(test)]
mod tests {
    use crate::mail::{Change, Destination, MessageId, SafeText, Undone, What};
    use crate::store::Writer;
    use crate::store::testing::Home;

    fn ids(numbers: &[i64]) -> Vec<MessageId> {
        numbers.iter().copied().map(MessageId).collect()
    }

    fn move_to(writer: &mut Writer, numbers: &[i64], name: &str) {
        let to = Destination::New(name.to_owned());
        let change = Change::Move {
            ids: ids(numbers),
            to,
        };
        writer.apply(&change, 0).expect("writes");
    }

    fn mark_read(writer: &mut Writer, numbers: &[i64], read: bool) {
        let change = Change::Read {
            ids: ids(numbers),
            read,
        };
        writer.apply(&change, 0).expect("writes");
    }

    fn folder(home: &Home, number: i64) -> String {
        let told = home.reader().summary(MessageId(number)).expect("reads");
        told.expect("is there").folder
    }

    fn unread(home: &Home, number: i64) -> bool {
        home.reader().rows(&ids(&[number])).expect("reads")[0].unread
    }

    fn folders(home: &Home) -> usize {
        home.reader().folders().expect("reads").len()
    }

    #[test]
    fn undoing_a_move_puts_each_mail_back_to_where_it_came_from() {
        let home = Home::new();
        let mut writer = home.writer();
        home.fill(&mut writer, 3);
        move_to(&mut writer, &[1], "Archive");
        move_to(&mut writer, &[2], "Lists");
        move_to(&mut writer, &[1, 2, 3], "Trash");

        let undone = writer.undo(5).expect("writes");
        let moved = What::Moved(SafeText::new("Trash"));
        assert_eq!(
            undone,
            Some(Undone {
                what: moved,
                count: 3,
                message: Some(MessageId(3))
            })
        );
        assert_eq!(
            [1, 2, 3].map(|id| folder(&home, id)),
            ["Archive", "Lists", "Inbox"]
        );
        writer.redo(6).expect("writes");
        assert_eq!(
            [1, 2, 3].map(|id| folder(&home, id)),
            ["Trash", "Trash", "Trash"]
        );
    }

    #[test]
    fn steps_are_taken_back_in_a_line_and_done_again_in_the_same_line() {
        let home = Home::new();
        let mut writer = home.writer();
        home.fill(&mut writer, 2);
        mark_read(&mut writer, &[1], true);
        mark_read(&mut writer, &[1, 2], true);
        mark_read(&mut writer, &[1], false);
        let states = |home: &Home| (unread(home, 1), unread(home, 2));

        let mut back = Vec::new();
        while let Some(undone) = writer.undo(0).expect("writes") {
            back.push((undone.what, undone.count, states(&home)));
        }
        assert_eq!(
            back,
            [
                (What::Unread, 1, (false, false)),
                // The first mail was read already: not touched then, not touched now.
                (What::Read, 1, (false, true)),
                (What::Read, 1, (true, true)),
            ]
        );
        let mut again = Vec::new();
        while let Some(redone) = writer.redo(0).expect("writes") {
            again.push((redone.what, states(&home)));
        }
        assert_eq!(
            again,
            [
                (What::Read, (false, true)),
                (What::Read, (false, false)),
                (What::Unread, (true, false))
            ]
        );
    }

    #[test]
    fn another_change_drops_what_could_be_redone() {
        let home = Home::new();
        let mut writer = home.writer();
        home.fill(&mut writer, 2);
        move_to(&mut writer, &[1], "Trash");
        writer.undo(0).expect("writes");
        mark_read(&mut writer, &[2], true);
        assert_eq!(writer.redo(0).expect("writes"), None);
        assert_eq!(folder(&home, 1), "Inbox");
    }

    #[test]
    fn opening_a_mail_is_no_step_and_keeps_what_could_be_redone() {
        let home = Home::new();
        let mut writer = home.writer();
        home.fill(&mut writer, 2);
        move_to(&mut writer, &[1], "Trash");
        writer
            .apply(&Change::Opened { id: MessageId(2) }, 0)
            .expect("writes");
        assert_eq!(
            writer.undo(0).expect("writes").map(|undone| undone.what),
            Some(What::Moved(SafeText::new("Trash")))
        );
        assert!(!unread(&home, 2));
        assert_eq!(writer.undo(0).expect("writes"), None);
        writer
            .apply(&Change::Opened { id: MessageId(1) }, 0)
            .expect("writes");
        assert!(writer.redo(0).expect("writes").is_some());
        assert_eq!(folder(&home, 1), "Trash");
    }

    #[test]
    fn a_mail_opened_between_undo_and_redo_stays_read_when_undone_again() {
        let home = Home::new();
        let mut writer = home.writer();
        home.fill(&mut writer, 1);
        mark_read(&mut writer, &[1], true);
        writer.undo(0).expect("writes");
        writer
            .apply(&Change::Opened { id: MessageId(1) }, 0)
            .expect("writes");
        writer.redo(0).expect("writes");
        writer.undo(0).expect("writes");
        assert!(!unread(&home, 1));
    }

    #[test]
    fn a_folder_made_by_a_move_goes_and_comes_with_it() {
        let home = Home::new();
        let mut writer = home.writer();
        home.fill(&mut writer, 2);
        move_to(&mut writer, &[1], "Typo");
        let made = home.reader().folder_named("Typo").expect("reads");
        move_to(&mut writer, &[2], "typo");
        writer.undo(0).expect("writes");
        assert_eq!(folders(&home), 4);
        writer.undo(0).expect("writes");
        assert_eq!(folders(&home), 3);
        writer.redo(0).expect("writes");
        writer.redo(0).expect("writes");
        assert_eq!(home.reader().folder_named("Typo").expect("reads"), made);
        assert_eq!([1, 2].map(|id| folder(&home, id)), ["Typo", "Typo"]);
    }

    #[test]
    fn a_folder_of_the_same_name_made_meanwhile_takes_its_place() {
        let home = Home::new();
        let mut writer = home.writer();
        home.fill(&mut writer, 2);
        move_to(&mut writer, &[1], "Lists");
        move_to(&mut writer, &[1], "Trash");
        writer.undo(0).expect("writes");
        writer.undo(0).expect("writes");
        writer.folder("LISTS").expect("writes");
        writer.redo(0).expect("writes");
        assert_eq!(folder(&home, 1), "LISTS");
        writer.redo(0).expect("writes");
        writer.undo(0).expect("writes");
        assert_eq!(folder(&home, 1), "LISTS");
    }

    #[test]
    fn a_folder_that_was_there_before_stays_when_a_move_is_taken_back() {
        let home = Home::new();
        let mut writer = home.writer();
        home.fill(&mut writer, 1);
        writer.folder("Lists").expect("writes");
        move_to(&mut writer, &[1], "lists");
        writer.undo(0).expect("writes");
        assert_eq!(folders(&home), 4);
    }
}
