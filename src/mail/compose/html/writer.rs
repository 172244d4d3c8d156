//! Puts text into blocks: white space by the rules of HTML, blocks that begin on a row of their own, gaps between them.

mod preformatted;

use crate::mail::Role;
use crate::mail::article::{Block, Kind, Run};
use crate::mail::compose::html::lists::beyond_level;
use crate::mail::invisible::{Kind as CharKind, kind_of};

/// Blocks of one mail; what is beyond is read in the raw view.
const MAX_BLOCKS: usize = 50_000;
/// Text of more characters takes more than one row and stands apart from its neighbours.
const LONG: usize = 60;

/// What there is between two blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Space {
    /// They follow each other.
    #[default]
    Close,
    /// A gap, if one of them is long.
    Apart,
    /// A gap.
    Gap,
}

/// How text becomes a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Shape {
    #[default]
    Text,
    Heading(u8),
    /// Preformatted.
    Fixed,
}

/// How text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Ink {
    pub(super) shape: Shape,
    pub(super) quote: u8,
    pub(super) indent: u8,
    /// What the markers of the items around it take beyond a level each, in cells.
    pub(super) hang: u8,
    pub(super) strong: bool,
    pub(super) code: bool,
    /// Which use of a link it belongs to.
    pub(super) link: Option<usize>,
}

impl Ink {
    fn role(self) -> Role {
        match self {
            Self { link: Some(_), .. } => Role::Link,
            Self {
                shape: Shape::Heading(_),
                ..
            } => Role::Heading,
            Self { quote: 1.., .. } => Role::Quote(self.quote),
            Self { code: true, .. }
            | Self {
                shape: Shape::Fixed,
                ..
            } => Role::Code,
            Self { strong: true, .. } => Role::Strong,
            _ => Role::Text,
        }
    }
}

/// White space that waits for a word behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Blank {
    /// A single no-break space: it stays one.
    NoBreak,
    Plain,
}

/// Blocks so far, and the one begun.
#[derive(Debug, Default)]
pub(super) struct Writer {
    blocks: Vec<Block>,
    runs: Vec<Run>,
    /// How the block begun was begun.
    begun: Ink,
    marker: Option<String>,
    blank: Option<Blank>,
    /// Between the last block and the next.
    space: Space,
    /// Characters since the last boundary, and before it.
    written: usize,
    written_before: usize,
    /// Whether there was more than fits.
    pub(super) is_full: bool,
}

impl Writer {
    /// Adds text whose white space means nothing.
    pub(super) fn text(&mut self, text: &str, ink: Ink) {
        for c in text.chars() {
            match kind_of(c) {
                CharKind::Nothing => {}
                // Marks of direction do nothing where letters have fixed places.
                CharKind::Hidden if matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}') => {}
                // Padding behind a preview text is made of these too; inside words they are spelling.
                CharKind::Joiner | CharKind::Mark | CharKind::Selector
                    if is_ignorable(c) && (self.blank.is_some() || self.runs.is_empty()) => {}
                _ if c == '\u{a0}' || c == '\u{202f}' || matches!(c, '\u{2000}'..='\u{200a}') => {
                    self.blank = match self.blank {
                        None if matches!(c, '\u{a0}' | '\u{202f}') => Some(Blank::NoBreak),
                        _ => Some(Blank::Plain),
                    };
                }
                CharKind::Blank | CharKind::Return if c != '\u{3164}' => {
                    self.blank = Some(Blank::Plain);
                }
                _ if c == ' ' || c == '\u{c}' => self.blank = Some(Blank::Plain),
                _ => {
                    self.flush_blank(ink);
                    self.push(c, ink);
                }
            }
        }
    }

    /// Forgets white space before what comes next.
    pub(super) fn drop_blank(&mut self) {
        self.blank = None;
    }

    fn flush_blank(&mut self, ink: Ink) {
        let Some(blank) = self.blank.take() else {
            return;
        };
        let Some(last) = self.runs.last_mut() else {
            return;
        };
        trim_joiners(&mut last.text);
        let c = match blank {
            Blank::NoBreak => '\u{a0}',
            Blank::Plain => ' ',
        };
        // Between a link or an emphasised word and its neighbour the blank is nobody's.
        let inside = last.link == ink.link && last.role == ink.role();
        let plain = Ink {
            link: None,
            strong: false,
            code: false,
            ..ink
        };
        self.push(c, if inside { ink } else { plain });
    }

    fn push(&mut self, c: char, ink: Ink) {
        if self.runs.is_empty() {
            self.begun = ink;
        }
        self.written += 1;
        let role = ink.role();
        match self.runs.last_mut() {
            Some(last) if last.role == role && last.link == ink.link => last.text.push(c),
            _ => self.runs.push(Run {
                role,
                text: c.to_string(),
                link: ink.link,
            }),
        }
    }

    /// Ends the row; a second one leaves an empty row.
    pub(super) fn line_break(&mut self) {
        if self.end_block() {
            self.space = Space::Close;
        } else {
            self.space = Space::Gap;
        }
    }

    /// Ends the block, if one is begun; what comes next keeps its distance.
    pub(super) fn boundary(&mut self, space: Space) {
        self.end_block();
        if self.written > 0 {
            self.written_before = self.written;
            self.written = 0;
        }
        self.space = self.space.max(space);
    }

    /// What is to hang left of the next block.
    pub(super) fn mark(&mut self, marker: Option<String>) {
        self.marker = marker;
    }

    /// Adds a block that is not made of running text, with this space before and behind it.
    pub(super) fn add(&mut self, kind: Kind, ink: Ink, before: Space, behind: Space) {
        self.boundary(before);
        self.written = 0;
        self.put(kind, ink);
        self.written_before = 0;
        self.space = behind;
    }

    /// Whether a block is nothing but a linked picture without words, as the last one was: they all say the same. Links
    /// with words are kept however often they are said: each may lead elsewhere.
    fn repeats(&self, kind: &Kind) -> bool {
        let (Some(Kind::Text(last)), Kind::Text(runs)) =
            (self.blocks.last().map(|last| &last.kind), kind)
        else {
            return false;
        };
        let mut pairs = last.iter().zip(runs);
        let is_picture = |run: &Run| run.link.is_some() && run.text.starts_with('[');
        last.len() == runs.len()
            && pairs.all(|(a, b)| is_picture(a) && is_picture(b) && a.text == b.text)
    }

    /// Says a link once that has the same words as the one in the last row: its number will stand beside the other's.
    fn joins(&mut self, kind: &Kind, ink: Ink) -> bool {
        let (Some(last), Kind::Text(runs)) = (self.blocks.last_mut(), kind) else {
            return false;
        };
        let is_alike =
            last.marker.is_none() && (last.quote, last.indent) == (ink.quote, ink.indent);
        let (Kind::Text(said), [run], true) = (&mut last.kind, runs.as_slice(), is_alike) else {
            return false;
        };
        let is_same =
            |first: &Run| first.link.is_some() && run.link.is_some() && first.text == run.text;
        // What follows a link in its row is a second one, if it says nothing, and so are all behind it.
        let is_alone = said.get(1).is_none_or(|second| second.text.is_empty());
        let joins = is_alone && said.first().is_some_and(is_same);
        if joins {
            said.push(Run {
                text: String::new(),
                ..run.clone()
            });
        }
        joins
    }

    /// Whether there was a block to end.
    fn end_block(&mut self) -> bool {
        self.blank = None;
        let mut runs = std::mem::take(&mut self.runs);
        trim_end(&mut runs);
        if runs.is_empty() {
            return false;
        }
        let kind = match self.begun.shape {
            Shape::Text => Kind::Text(runs),
            Shape::Heading(level) => Kind::Heading(level, runs),
            Shape::Fixed => Kind::Fixed(runs),
        };
        self.put(kind, self.begun);
        true
    }

    fn put(&mut self, kind: Kind, ink: Ink) {
        if self.blocks.len() >= MAX_BLOCKS {
            self.is_full = true;
            return;
        }
        if self.marker.is_none() && (self.repeats(&kind) || self.joins(&kind, ink)) {
            return;
        }
        let long = self.written.max(self.written_before) > LONG;
        let apart = self.space == Space::Gap || (self.space == Space::Apart && long);
        if let (true, Some(last)) = (apart, self.blocks.last()) {
            let gap = Block {
                quote: last.quote.min(ink.quote),
                kind: Kind::Gap,
                ..Block::default()
            };
            self.blocks.push(gap);
        }
        self.space = Space::Close;
        let marker = self.marker.take();
        self.blocks.push(Block {
            quote: ink.quote,
            // The marker hangs in the last level.
            indent: ink.indent.saturating_sub(u8::from(marker.is_some())),
            hang: ink.hang.saturating_sub(beyond_level(marker.as_deref())),
            marker,
            kind,
        });
    }

    /// Whether anything is written.
    pub(super) fn is_blank(&self) -> bool {
        self.blocks.is_empty() && self.runs.is_empty()
    }

    /// Grows with whatever is written.
    pub(super) fn written(&self) -> usize {
        self.blocks.len() + self.runs.len()
    }

    /// The blocks.
    pub(super) fn finish(mut self) -> (Vec<Block>, bool) {
        self.end_block();
        (self.blocks, self.is_full)
    }
}

/// What may be left out where no letter needs it: joiners, selectors.
fn is_ignorable(c: char) -> bool {
    matches!(
        c,
        '\u{200c}' | '\u{200d}' | '\u{34f}' | '\u{fe0e}' | '\u{fe0f}'
    )
}

fn trim_end(runs: &mut Vec<Run>) {
    while let Some(last) = runs.last_mut() {
        let end = last.text.trim_end().len();
        last.text.truncate(end);
        trim_joiners(&mut last.text);
        if !last.text.is_empty() && last.text.len() == end {
            return;
        }
        if last.text.is_empty() {
            runs.pop();
        }
    }
}

/// Joiners at the end of a word join nothing.
fn trim_joiners(text: &mut String) {
    let end = text
        .trim_end_matches(['\u{200c}', '\u{200d}', '\u{34f}'])
        .len();
    text.truncate(end);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Writer)) -> Vec<String> {
        let mut writer = Writer::default();
        write(&mut writer);
        let text = |block: Block| match block.kind {
            Kind::Text(runs) | Kind::Fixed(runs) => runs.into_iter().map(|run| run.text).collect(),
            _ => String::new(),
        };
        writer.finish().0.into_iter().map(text).collect()
    }

    #[test]
    fn white_space_is_one_blank_between_words_and_none_at_the_ends() {
        let text = "  a \n b\u{a0}c\u{a0}\u{a0}d \u{a0} e\u{200b}f ";
        assert_eq!(
            written(|w| w.text(text, Ink::default())),
            ["a b\u{a0}c d ef"]
        );
    }

    #[test]
    fn padding_leaves_nothing() {
        let padding = "\u{a0}\u{200c}\u{200b}\u{feff}\u{34f} \u{ad}\u{200e}\u{2007}".repeat(100);
        assert!(written(|w| w.text(&padding, Ink::default())).is_empty());
        let text = format!("a{padding}b");
        assert_eq!(written(|w| w.text(&text, Ink::default())), ["a b"]);
        assert_eq!(
            written(|w| w.text("می\u{200c}خواهم", Ink::default())),
            ["می\u{200c}خواهم"]
        );
    }

    #[test]
    fn a_second_line_break_is_an_empty_row_and_a_third_is_none() {
        let rows = written(|w| {
            for text in ["a", "b", "", "", "c", ""] {
                w.text(text, Ink::default());
                w.line_break();
            }
        });
        assert_eq!(rows, ["a", "b", "", "c"]);
    }

    #[test]
    fn long_neighbours_stand_apart_and_short_ones_do_not() {
        let long = "word ".repeat(20);
        let rows = written(|w| {
            for text in ["a", "b", &long, "c"] {
                w.text(text, Ink::default());
                w.boundary(Space::Apart);
            }
        });
        assert_eq!(rows, ["a", "b", "", long.trim(), "", "c"]);
    }

    #[test]
    fn there_are_never_more_blocks_than_a_screen_can_use() {
        let mut writer = Writer::default();
        writer.preformatted(&"x\n".repeat(MAX_BLOCKS + 5), Ink::default());
        let (blocks, is_full) = writer.finish();
        assert!(is_full && blocks.len() == MAX_BLOCKS);
    }
}
