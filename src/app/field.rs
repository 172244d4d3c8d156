//! A line that is being typed, with its cursor: the one editor behind every field.

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use super::key::{Code, Key, With};

/// Characters that can be typed; a paste can be any length.
const LONGEST: usize = 200;

/// A line that is being typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Field {
    text: String,
    /// Octets of it before the cursor.
    cursor: usize,
}

/// What a key does to a field.
#[derive(Debug, Clone, Copy)]
enum Edit {
    To(usize),
    Without(usize),
    Type(char),
}

impl Field {
    /// This text, with the cursor behind it.
    pub fn new(text: String) -> Self {
        Self {
            cursor: text.len(),
            text,
        }
    }

    /// What was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What of it is before the cursor, and behind it.
    pub fn around_cursor(&self) -> (&str, &str) {
        self.text.split_at(self.cursor)
    }

    /// Takes a key as readline does; whether it changed the text.
    pub fn hear(&mut self, key: Key) -> bool {
        match self.edit(key) {
            Some(Edit::To(place)) => {
                self.cursor = place;
                false
            }
            Some(Edit::Without(place)) => {
                let (from, to) = (place.min(self.cursor), place.max(self.cursor));
                self.text.drain(from..to);
                self.cursor = from;
                from < to
            }
            Some(Edit::Type(c)) => self.insert(c.encode_utf8(&mut [0; 4])),
            None => false,
        }
    }

    /// Takes pasted text: of its first line what there is room for; whether there was any.
    pub fn paste(&mut self, text: &str) -> bool {
        let line = text.lines().find(|line| !line.trim().is_empty());
        self.insert(line.unwrap_or_default())
    }

    fn insert(&mut self, text: &str) -> bool {
        let room = LONGEST.saturating_sub(self.text.chars().count());
        let typed = text.chars().filter(|c| !c.is_control());
        let typed: String = typed.take(room).collect();
        self.text.insert_str(self.cursor, &typed);
        self.cursor += typed.len();
        // A mark may have joined what stands behind the cursor: it is never within a sign.
        self.cursor = self.whole_sign(self.cursor);
        !typed.is_empty()
    }

    fn edit(&self, key: Key) -> Option<Edit> {
        const CTRL: With = With::Ctrl;
        const ALT: With = With::Alt;
        Some(match (key.code, key.with) {
            (Code::Left, With::Nothing) => Edit::To(self.before()),
            (Code::Right, With::Nothing) => Edit::To(self.behind()),
            (Code::Home, _) | (Code::Char('a'), CTRL) => Edit::To(0),
            (Code::End, _) | (Code::Char('e'), CTRL) => Edit::To(self.text.len()),
            (Code::Left, _) | (Code::Char('b'), ALT) => Edit::To(self.word_before()),
            (Code::Right, _) | (Code::Char('f'), ALT) => Edit::To(self.word_behind()),
            (Code::Char('w'), CTRL) | (Code::Backspace, ALT | CTRL) => {
                Edit::Without(self.word_before())
            }
            (Code::Char('d'), ALT) => Edit::Without(self.word_behind()),
            (Code::Backspace, _) | (Code::Char('h'), CTRL) => Edit::Without(self.before()),
            (Code::Delete, _) | (Code::Char('d'), CTRL) => Edit::Without(self.behind()),
            (Code::Char('u'), CTRL) => Edit::Without(0),
            (Code::Char('k'), CTRL) => Edit::Without(self.text.len()),
            _ => Edit::Type(key.typed()?),
        })
    }

    /// One sign to the left: what looks like one is one.
    fn before(&self) -> usize {
        let (before, _) = self.around_cursor();
        let last = before.graphemes(true).next_back();
        self.cursor - last.map_or(0, str::len)
    }

    fn behind(&self) -> usize {
        let (_, behind) = self.around_cursor();
        let next = behind.graphemes(true).next();
        self.cursor + next.map_or(0, str::len)
    }

    /// The beginning of the word at the left, over the blanks between.
    fn word_before(&self) -> usize {
        let (before, _) = self.around_cursor();
        let word = before.trim_end();
        let blank = word.rfind(char::is_whitespace);
        let beginning =
            |blank: usize| blank + word[blank..].chars().next().map_or(0, char::len_utf8);
        blank.map_or(0, beginning)
    }

    /// The end of the word at the right, over the blanks between.
    fn word_behind(&self) -> usize {
        let (_, behind) = self.around_cursor();
        let word = behind.trim_start();
        let end = word.find(char::is_whitespace).unwrap_or(word.len());
        self.cursor + (behind.len() - word.len()) + end
    }

    /// The end of the sign in which this place lies.
    fn whole_sign(&self, place: usize) -> usize {
        let mut cursor = GraphemeCursor::new(place, self.text.len(), true);
        match cursor.is_boundary(&self.text, 0) {
            Ok(true) | Err(_) => place,
            Ok(false) => cursor
                .next_boundary(&self.text, 0)
                .ok()
                .flatten()
                .unwrap_or(self.text.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::key::parse_sequence;
    use super::*;

    /// Keys as people write them, one blank between two; the cursor is shown as `|`.
    fn after(text: &str, keys: &str) -> String {
        let mut field = Field::new(text.to_owned());
        for key in keys.split(' ') {
            for key in parse_sequence(key).expect("keys") {
                field.hear(key);
            }
        }
        let (before, behind) = field.around_cursor();
        format!("{before}|{behind}")
    }

    #[test]
    fn the_cursor_goes_by_signs_and_by_words_and_stops_at_both_ends() {
        assert_eq!(after("abc", "← ←"), "a|bc");
        assert_eq!(after("abc", "← ← ← ← x →"), "xa|bc");
        assert_eq!(after("abc", "Home → ^E ← ^A"), "|abc");
        assert_eq!(after("abc", "^A End"), "abc|");
        assert_eq!(after("e\u{301}日", "← ← x"), "x|e\u{301}日", "two signs");
        assert_eq!(after("one two  ", "Alt-b"), "one |two  ");
        assert_eq!(after("one two  ", "Alt-b Alt-b Alt-f"), "one| two  ");
    }

    #[test]
    fn signs_words_and_halves_are_taken_away() {
        assert_eq!(after("abc", "← Backspace"), "a|c");
        assert_eq!(after("abc", "Home Del"), "|bc");
        assert_eq!(after("abc", "Del"), "abc|");
        assert_eq!(after("", "Backspace ^W ^U ^K Del"), "|");
        assert_eq!(after("one two ", "^W"), "one |");
        assert_eq!(
            after("one\u{3000}two", "^W"),
            "one\u{3000}|",
            "a wide blank"
        );
        assert_eq!(after("one two", "← ^U"), "|o");
        assert_eq!(after("one two", "Home → ^K"), "o|");
        assert_eq!(after("👩‍👩‍👧x", "← Backspace"), "|x", "a family is one sign");
    }

    #[test]
    fn only_a_change_of_the_text_is_one() {
        let mut field = Field::new("ab".to_owned());
        let change = |field: &mut Field, key: &str| field.hear(parse_sequence(key).unwrap()[0]);
        for key in ["←", "Home", "Backspace", "^U", "F5", "^S"] {
            assert!(!change(&mut field, key), "{key}");
        }
        assert!(change(&mut field, "Del") && change(&mut field, "x"));
        assert_eq!(field.text(), "xb");
    }

    #[test]
    fn a_paste_is_one_line_that_fits_and_goes_to_the_cursor() {
        let mut field = Field::new("ad".to_owned());
        field.hear(Key::plain(Code::Left));
        assert!(field.paste("\r\nb\x1bc\nnever"));
        assert_eq!(field.around_cursor(), ("abc", "d"));
        assert!(field.paste(&"x".repeat(5_000)));
        assert_eq!(field.text().chars().count(), LONGEST);
        assert!(!field.paste("y") && !field.hear(Key::plain(Code::Char('y'))));
        assert!(field.text().ends_with('d'));
    }

    #[test]
    fn a_mark_that_joins_two_signs_leaves_the_cursor_behind_them() {
        let mut field = Field::new("👩👧".to_owned());
        field.hear(Key::plain(Code::Left));
        field.paste("\u{200d}");
        assert_eq!(field.around_cursor().1, "");
    }
}
