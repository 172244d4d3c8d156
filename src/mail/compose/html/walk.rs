//! Walks a page in reading order and writes its blocks. No recursion but into the cells of tables that hold no tables.

use std::ops::Range;

use crate::mail::article::{Block, Kind, Run};
use crate::mail::compose::html::lists::List;
use crate::mail::compose::html::page::Page;
use crate::mail::compose::html::style::Space as WhiteSpace;
use crate::mail::compose::html::tree::{Id, What};
use crate::mail::compose::html::writer::{Ink, Shape, Space, Writer};

/// Letters of the hidden line that a newsletter begins with.
const MAX_PREVIEW: usize = 300;

/// One use of a link.
#[derive(Debug, Default)]
pub(super) struct Use {
    pub(super) url: String,
    /// What the mail calls it.
    pub(super) said: String,
}

/// What ends with an element.
#[derive(Clone, Copy)]
pub(super) enum Close {
    Nothing,
    List,
    Item,
    /// The text behind it.
    Text(&'static str),
    Button,
    /// A link, and which use of it.
    Link(usize),
}

struct Open {
    id: Id,
    end: Id,
    close: Close,
    /// Behind it, if it is a block.
    space: Option<Space>,
    /// What held before it.
    state: State,
}

/// What holds for everything in an element.
#[derive(Clone, Copy, Default)]
pub(super) struct State {
    pub(super) ink: Ink,
    /// Written from the right to the left, letter by letter.
    pub(super) is_reversed: bool,
    /// Above the line: `m²`.
    pub(super) is_raised: bool,
}

/// What a page comes to.
pub(super) struct Walked {
    pub(super) blocks: Vec<Block>,
    pub(super) uses: Vec<Use>,
    /// Places of hidden text.
    pub(super) hidden: usize,
    /// Whether it begins with a hidden line for lists of mails.
    pub(super) has_preview: bool,
    pub(super) has_form: bool,
    pub(super) is_cut: bool,
}

/// The walk so far.
pub(super) struct Walker<'p> {
    pub(super) page: &'p Page,
    pub(super) out: Writer,
    pub(super) uses: Vec<Use>,
    pub(super) state: State,
    open: Vec<Open>,
    pub(super) lists: Vec<List>,
    /// A cell whose text is the marker of the next one.
    pub(super) skip: Option<Id>,
    hidden: usize,
    has_preview: bool,
    /// What held the last hidden text: what is hidden in one place counts once.
    last_hidden: Option<Id>,
    pub(super) has_form: bool,
    /// Where the last divider ends, and how much was written before it.
    pub(super) divided: (Id, usize),
}

/// A cell of a table as one paragraph.
pub(super) struct Inline {
    pub(super) runs: Vec<Run>,
    /// Blocks it would be by itself.
    pub(super) blocks: usize,
    /// Whether there is nothing in it but text.
    pub(super) is_plain: bool,
}

/// Walks a whole page.
pub(super) fn walk(page: &Page) -> Walked {
    let mut walker = Walker {
        page,
        out: Writer::default(),
        uses: Vec::new(),
        state: State::default(),
        open: Vec::new(),
        lists: Vec::new(),
        skip: None,
        hidden: 0,
        has_preview: false,
        last_hidden: None,
        has_form: false,
        divided: (0, usize::MAX),
    };
    walker.walk(0..page.tree.len());
    let (blocks, is_cut) = walker.out.finish();
    Walked {
        blocks,
        uses: walker.uses,
        hidden: walker.hidden,
        has_preview: walker.has_preview,
        has_form: walker.has_form,
        is_cut,
    }
}

impl Walker<'_> {
    fn walk(&mut self, nodes: Range<Id>) {
        let page = self.page;
        let base = self.open.len();
        let mut id = nodes.start;
        while id < nodes.end {
            self.close(base, id);
            id = match page.tree.what(id) {
                _ if page.is_hidden(id) => self.skip_hidden(id),
                What::Text(text) => {
                    self.text(id, text);
                    id + 1
                }
                What::Element(element) if self.replace(id, element) => page.tree.end(id),
                What::Element(element) => {
                    self.divide(id);
                    let state = self.state;
                    let (close, space) = self.begin(id, element);
                    let end = page.tree.end(id);
                    self.open.push(Open {
                        id,
                        end,
                        close,
                        space,
                        state,
                    });
                    id + 1
                }
            };
        }
        self.close(base, nodes.end);
    }

    /// Ends the elements that end here.
    fn close(&mut self, base: usize, at: Id) {
        while self.open.len() > base && self.open.last().is_some_and(|open| open.end <= at) {
            if let Some(open) = self.open.pop() {
                self.leave(&open);
                self.state = open.state;
            }
        }
    }

    fn leave(&mut self, open: &Open) {
        match open.close {
            Close::Nothing => {}
            Close::List => drop(self.lists.pop()),
            Close::Item => {
                self.boundary(Space::Close);
                self.out.mark(None);
            }
            Close::Text(text) => self.write(text),
            Close::Button => {
                self.out.drop_blank();
                self.write("] ");
            }
            Close::Link(link) => self.end_link(open.id, link),
        }
        if let Some(space) = open.space {
            self.boundary(space);
        }
    }

    fn skip_hidden(&mut self, id: Id) -> Id {
        let parent = self.page.tree.parent(id);
        let is_new = self.last_hidden.is_none() || self.last_hidden != parent;
        if is_new && self.page.has_words(id) {
            if self.is_preview(id) {
                self.has_preview = true;
            } else {
                self.hidden += 1;
                self.last_hidden = parent;
            }
        }
        self.page.tree.end(id)
    }

    /// Newsletters begin with a line for lists of mails, hidden from who reads them: no news, and no trick.
    fn is_preview(&self, id: Id) -> bool {
        self.page.leads(id) && self.page.letters(id) <= MAX_PREVIEW
    }

    fn text(&mut self, id: Id, text: &str) {
        let look = &self.page.looks[id];
        let state = self.state;
        self.state.ink.strong |= look.bold;
        match state {
            State {
                is_reversed: true, ..
            } => {
                let reversed: String = text.chars().rev().collect();
                self.write(&reversed);
            }
            State {
                is_raised: true, ..
            } => self.write(&raise(text)),
            _ => self.write_spaced(text, look.space),
        }
        self.state = state;
    }

    /// Writes text here; its white space means nothing.
    pub(super) fn write(&mut self, text: &str) {
        self.write_spaced(text, WhiteSpace::Collapse);
    }

    fn write_spaced(&mut self, text: &str, space: WhiteSpace) {
        let ink = self.state.ink;
        if let Some(link) = ink.link.and_then(|link| self.uses.get_mut(link)) {
            link.said.push_str(text);
        }
        match (ink.shape, space) {
            (Shape::Fixed, _) | (_, WhiteSpace::Keep) => self.out.preformatted(text, ink),
            (_, WhiteSpace::Lines) => {
                for (index, line) in text.split('\n').enumerate() {
                    if index > 0 {
                        self.out.line_break();
                    }
                    self.out.text(line, ink);
                }
            }
            (_, WhiteSpace::Collapse) => self.out.text(text, ink),
        }
    }

    /// What comes next is no part of this block.
    pub(super) fn boundary(&mut self, space: Space) {
        if let Some(link) = self.state.ink.link.and_then(|link| self.uses.get_mut(link)) {
            link.said.push(' ');
        }
        self.out.boundary(space);
    }

    /// What an element holds, as one paragraph.
    pub(super) fn inline(&mut self, id: Id) -> Inline {
        let out = std::mem::take(&mut self.out);
        let lists = std::mem::take(&mut self.lists);
        let state = self.state;
        self.walk(id..self.page.tree.end(id));
        let (blocks, _) = std::mem::replace(&mut self.out, out).finish();
        self.lists = lists;
        self.state = state;
        flatten(blocks)
    }

    /// Does work whose traces are gone if it comes to nothing.
    pub(super) fn attempt<T>(&mut self, work: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let before = (
            self.hidden,
            self.last_hidden,
            self.has_form,
            self.uses.len(),
        );
        let done = work(self);
        if done.is_none() {
            (self.hidden, self.last_hidden, self.has_form) = (before.0, before.1, before.2);
            self.uses.truncate(before.3);
        }
        done
    }
}

/// Blocks as one paragraph.
fn flatten(blocks: Vec<Block>) -> Inline {
    let mut inline = Inline {
        runs: Vec::new(),
        blocks: 0,
        is_plain: true,
    };
    for block in blocks {
        inline.is_plain &= block.marker.is_none();
        match block.kind {
            Kind::Text(runs) => {
                if let Some(last) = inline.runs.last_mut() {
                    last.text.push(' ');
                }
                inline.blocks += 1;
                inline.runs.extend(runs);
            }
            Kind::Gap => {}
            _ => inline.is_plain = false,
        }
    }
    inline
}

/// Raised digits have letters of their own; the rest stays as it is.
fn raise(text: &str) -> String {
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let digit = |c: char| {
        let digit = usize::try_from(c.to_digit(10)?).ok()?;
        RAISED.get(digit).copied()
    };
    let raised: Option<String> = text.trim().chars().map(digit).collect();
    raised.unwrap_or_else(|| text.to_owned())
}
