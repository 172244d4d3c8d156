//! What html2text is told to leave in its output, so that roles and links can be found in it again.

use std::cell::RefCell;
use std::rc::Rc;

use html2text::render::TextDecorator;

use crate::mail::links::Links;

/// Marks in html2text's output, taken out of its input: it wants prefixes of one octet a cell.
pub(super) const HEADING: char = '\u{1}';
pub(super) const QUOTE: char = '\u{2}';
pub(super) const BULLET: char = '\u{3}';

/// What html2text notes beside a piece of text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Mark {
    #[default]
    Nothing,
    Strong,
    Code,
    Link(usize),
}

impl Mark {
    pub(super) fn link(&self) -> Option<usize> {
        match self {
            Self::Link(number) => Some(*number),
            _ => None,
        }
    }
}

/// Tells html2text how our marks look.
pub(super) struct Decorator {
    links: Rc<RefCell<Links>>,
    open: Vec<Option<usize>>,
}

impl Decorator {
    pub(super) fn new(links: &Rc<RefCell<Links>>) -> Self {
        Self {
            links: Rc::clone(links),
            open: Vec::new(),
        }
    }
}

impl TextDecorator for Decorator {
    type Annotation = Mark;

    fn decorate_link_start(&mut self, url: &str) -> (String, Mark) {
        let number = self.links.borrow_mut().number(url);
        self.open.push(number);
        (String::new(), number.map_or(Mark::Nothing, Mark::Link))
    }
    fn decorate_link_end(&mut self) -> String {
        let number = self.open.pop().flatten();
        number.map_or_else(String::new, |number| format!(" [{number}]"))
    }
    fn decorate_em_start(&self) -> (String, Mark) {
        (String::new(), Mark::Strong)
    }
    fn decorate_em_end(&self) -> String {
        String::new()
    }
    fn decorate_strong_start(&self) -> (String, Mark) {
        (String::new(), Mark::Strong)
    }
    fn decorate_strong_end(&self) -> String {
        String::new()
    }
    fn decorate_strikeout_start(&self) -> (String, Mark) {
        (String::new(), Mark::Nothing)
    }
    fn decorate_strikeout_end(&self) -> String {
        String::new()
    }
    fn decorate_code_start(&self) -> (String, Mark) {
        (String::new(), Mark::Code)
    }
    fn decorate_code_end(&self) -> String {
        String::new()
    }
    fn decorate_preformat_first(&self) -> Mark {
        Mark::Code
    }
    fn decorate_preformat_cont(&self) -> Mark {
        Mark::Code
    }
    fn decorate_image(&mut self, _source: &str, title: &str) -> (String, Mark) {
        (format!("[{title}]"), Mark::Nothing)
    }
    fn header_prefix(&self, _level: usize) -> String {
        HEADING.to_string()
    }
    fn quote_prefix(&self) -> String {
        format!("{QUOTE} ")
    }
    fn unordered_item_prefix(&self) -> String {
        format!("{BULLET} ")
    }
    fn ordered_item_prefix(&self, number: i64) -> String {
        format!("{number}. ")
    }
    fn make_subblock_decorator(&self) -> Self {
        Self::new(&self.links)
    }
    fn decorate_superscript_start(&self) -> (String, Mark) {
        (String::new(), Mark::Nothing)
    }
    fn decorate_superscript_end(&self) -> String {
        String::new()
    }
}
